// The scene's second source (`layer:`) over the picture: a film, a picture, another camera.
// skip when: amount = 0
// uses: blends
// compiled in: mode, edge
uniform float amount;  // 0..1 = 1, smooth 0.2: how much of it is seen
uniform int region;    // all|person|background = all: where it is seen
uniform int mode;      // normal|add|screen|multiply|overlay|difference|lighten|darken|soft = normal: how it is laid over
uniform float zoom;    // 0.1..4 = 1, smooth 0.2: larger or smaller
uniform float x;       // -1..1 = 0, smooth 0.2: to the right, part of the picture
uniform float y;       // -1..1 = 0, smooth 0.2: down, part of the picture
uniform float angle;   // -180..180 = 0, smooth 0.2, unit deg: turns it
uniform int edge;      // none|repeat|mirror = none: what is beyond its edge
uniform float dark;    // 0..1 = 0, smooth 0.15: leaves out what is darker than this in it

void main() {
    vec4 now = here(picture);
    vec2 aspect = vec2(size.x / size.y, 1.0);
    vec2 at = turn((uv - 0.5 - vec2(x, y)) * aspect, -angle) / zoom / aspect + 0.5;
    float inside = 1.0;
    if (edge == 0) {
        vec2 far = min(at, 1.0 - at) * size * zoom + 0.5;
        inside = clamp(min(far.x, far.y), 0.0, 1.0);
    }
    if (edge == 1) at = fract(at);
    if (edge == 2) at = 1.0 - abs(1.0 - mod(at, 2.0));
    vec4 over = texture(second, at);
    vec3 rgb = over.rgb / max(over.a, 1e-3);
    float seen = amount * over.a * inside * within(region, now.a);
    if (dark > 0.0) seen *= smoothstep(dark - 0.08, dark + 0.08, luma(rgb));
    color = vec4(mix(now.rgb, laid(now.rgb, rgb, mode), seen), now.a);
}
