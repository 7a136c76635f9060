// Film grain, strongest in the middle tones; it changes as often as film does, or on the beat.
// skip when: amount = 0
uniform float amount;  // 0..1 = 0, smooth 0.15: how strong it is
uniform int region;    // all|person|background = all: where it is seen
uniform float grains;  // 90..1080 = 400, smooth 0.2: grains in the picture's height
uniform float colour;  // 0..1 = 0.2, smooth 0.15: 0 is gray grain
uniform float rate;    // 0..60 = 24, smooth 0.2, unit /s: how often it changes; 0 stands still
uniform float beats;   // 0..16 = 0, smooth 0.2: how often it changes in a beat, besides

void main() {
    vec4 now = here(picture);
    float tick = mod(floor(time * rate) + floor(beat * beats) * 13.0, 997.0);
    vec2 p = uv * vec2(size.x / size.y, 1.0) * grains, cell = floor(p), in_ = fract(p);
    in_ = in_ * in_ * (3.0 - 2.0 * in_);
    vec2 seed = cell + tick * vec2(17.13, 9.71);
    float one = mix(mix(chance(seed), chance(seed + vec2(1.0, 0.0)), in_.x),
                    mix(chance(seed + vec2(0.0, 1.0)), chance(seed + 1.0), in_.x), in_.y) - 0.5;
    vec3 three = vec3(one, chance(seed + 71.0) - 0.5, chance(seed + 37.0) - 0.5);
    float light = luma(now.rgb), tone = 0.25 + 3.0 * light * (1.0 - light);
    vec3 rgb = now.rgb + mix(vec3(one), three, colour) * tone * amount * 0.7;
    color = vec4(mix(now.rgb, clamp(rgb, 0.0, 1.0), within(region, now.a)), now.a);
}
