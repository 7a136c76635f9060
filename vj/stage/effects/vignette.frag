// Darkens what is far from a point, or everything but a spot of light.
// skip when: amount = 0
uniform float amount;  // 0..1 = 0, smooth 0.15: how dark it gets
uniform float reach;   // 0..1.5 = 0.45, smooth 0.15: where it begins, from the point outwards
uniform float soft;    // 0.01..1 = 0.6, smooth 0.15: how softly
uniform float circle;  // 0..1 = 0.5, smooth 0.15: 1 is a circle, 0 follows the picture's form
uniform float x;       // 0..1 = 0.5, smooth 0.2: the point, from left to right
uniform float y;       // 0..1 = 0.5, smooth 0.2: the point, from top to bottom
uniform float person;  // 0..1 = 0, smooth 0.15: how far people are spared
uniform float hue;     // 0..1 = 0.6, smooth 0.15: colour of the dark
uniform float colour;  // 0..1 = 0, smooth 0.15: 0 is black

void main() {
    vec4 now = here(picture);
    vec2 form = mix(vec2(1.0), vec2(size.x / size.y, 1.0), circle);
    float dark = amount * smoothstep(reach, reach + soft, length((uv - vec2(x, y)) * form) * 1.2);
    vec3 wheel = clamp(abs(mod(hue * 6.0 + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
    dark *= 1.0 - person * now.a;
    color = vec4(mix(now.rgb, 0.35 * colour * wheel * (0.3 + luma(now.rgb)), dark), now.a);
}
