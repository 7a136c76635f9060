// An old television: scan lines, a bent tube, a beam that rolls, phosphor in three colours.
// skip when: amount = 0
uniform float amount;  // 0..1 = 0, smooth 0.15: how much of it is seen
uniform float lines;   // 60..540 = 160, smooth 0.2: scan lines in the picture's height
uniform float curve;   // 0..1 = 0.3, smooth 0.2: how bent the tube is
uniform float mask;    // 0..1 = 0.35, smooth 0.2: dots of phosphor
uniform float roll;    // 0..1 = 0.3, smooth 0.2: a bright band that rolls
uniform float bleed;   // 0..1 = 0.3, smooth 0.2: how colours run to the side

void main() {
    vec4 now = here(picture);
    vec2 p = uv * 2.0 - 1.0;
    vec2 at = (p * (1.0 + 0.18 * curve * amount * p.yx * p.yx)) * 0.5 + 0.5;
    vec2 edge = min(at, 1.0 - at) * size;
    float inside = clamp(min(edge.x, edge.y) + 1.0, 0.0, 1.0);
    float apart = 0.006 * bleed * amount;
    vec4 there = texture(picture, at);
    vec3 rgb = vec3(texture(picture, at + vec2(apart, 0.0)).r, there.g,
                    texture(picture, at - vec2(apart, 0.0)).b);
    float light = luma(rgb), row = abs(fract(at.y * lines) - 0.5) * 2.0;
    // Bright lines are wider; lines finer than the screen would only make patterns.
    float fine = smoothstep(0.6, 0.3, lines / size.y);
    float gap = mix(0.75, 0.3, light) * smoothstep(0.25, 0.95, row) * fine;
    vec3 dots = vec3(1.0);
    float third = mod(floor(at.x * lines * 3.0 * size.x / size.y), 3.0);
    dots = mix(dots, 0.55 + 0.75 * vec3(third == 0.0, third == 1.0, third == 2.0), mask);
    float band = exp(-40.0 * pow(fract(at.y - 0.23 * time) - 0.5, 2.0));
    vec3 tube = rgb * (1.0 - gap) * dots * 1.22 * (1.0 + 0.25 * roll * (band - 0.3));
    vec2 corner = p * p;
    tube *= 1.0 - 0.3 * curve * corner.x * corner.y;
    color = mix(now, vec4(min(tube, 1.0) * inside, there.a * inside), amount);
}
