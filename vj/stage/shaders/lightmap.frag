#version 330
// How much light each place of an output gets: smooth outline, soft edges, mask. Drawn only when
// one of them changes; the picture is multiplied with it in every frame.
in vec2 seen;
out vec4 color;
uniform vec4 soft;      // width of the soft edges left, top, right, bottom, in 0..1 of the part
uniform float gamma;    // of the projector
uniform sampler2D mask; // over the whole output, its last row first
uniform vec2 size;      // of the output in pixels

// Two overlapping edges add up to 1 in light.
float ramp(float from_edge, float width) {
    float t = width > 0.0 ? clamp(from_edge / width, 0.0, 1.0) : 1.0;
    return t * t * (3.0 - 2.0 * t);
}

void main() {
    vec2 near = min(seen, 1.0 - seen) / max(fwidth(seen), 1e-6);
    float inside = clamp(min(near.x, near.y) + 0.5, 0.0, 1.0);
    float light = ramp(seen.x, soft.x) * ramp(seen.y, soft.y)
                * ramp(1.0 - seen.x, soft.z) * ramp(1.0 - seen.y, soft.w);
    float let_through = texture(mask, gl_FragCoord.xy / size).r;
    color = vec4(inside * pow(light, 1.0 / gamma) * let_through);
}
