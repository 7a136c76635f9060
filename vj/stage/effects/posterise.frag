// A poster in few colours: flat tones with soft or hard steps between them.
// skip when: amount = 0
uniform float amount;  // 0..1 = 0, smooth 0.15: how much of it is seen
uniform int region;    // all|person|background = all: where it is seen
uniform int tones;     // 2..12 = 4: steps from dark to light
uniform float soft;    // 0..1 = 0.15, smooth 0.15: how soft the steps are
uniform float vivid;   // 0..2 = 1.3, smooth 0.15: strength of the colours, 0 is gray

void main() {
    vec4 now = here(picture);
    float light = max(now.r, max(now.g, now.b)), steps = float(tones) - 1.0;
    float wide = mix(0.02, 0.5, soft);
    float at = light * steps, tone = floor(at) + smoothstep(0.5 - wide, 0.5 + wide, fract(at));
    vec3 hue = now.rgb / max(light, 0.004);
    vec3 at3 = hue * steps * 1.5;
    vec3 few = (floor(at3) + smoothstep(0.5 - wide, 0.5 + wide, fract(at3))) / (steps * 1.5);
    hue = mix(hue, few, smoothstep(0.05, 0.3, light)); // noise in the dark has every colour
    vec3 rgb = clamp(hue * tone / steps, 0.0, 1.0);
    rgb = clamp(mix(vec3(luma(rgb)), rgb, vivid), 0.0, 1.0);
    color = vec4(mix(now.rgb, rgb, amount * within(region, now.a)), now.a);
}
