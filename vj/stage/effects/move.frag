// Zoom, pan and turn, by hand or by themselves; beyond the edge it is mirrored, repeated or black.
// skip when: zoom = 1, x = 0, y = 0, angle = 0, spin = 0, pump = 0
// compiled in: edge
uniform float zoom;    // 0.25..6 = 1, smooth 0.15: larger or smaller
uniform float x;       // -1..1 = 0, smooth 0.15: to the right, part of the picture
uniform float y;       // -1..1 = 0, smooth 0.15: down, part of the picture
uniform float angle;   // -180..180 = 0, smooth 0.15, unit deg: turns it
uniform float spin;    // -180..180 = 0, smooth 0.3, unit deg/beat: lets it turn by itself
uniform float pump;    // 0..1 = 0, smooth 0.15: jumps towards us on the beat and falls back
uniform int edge;      // mirror|repeat|black = mirror: what is beyond the edge

void main() {
    vec2 aspect = vec2(size.x / size.y, 1.0);
    float near = zoom * (1.0 + 0.35 * pump * exp(-5.0 * fract(beat)));
    vec2 at = turn((uv - 0.5 - vec2(x, y)) * aspect, -angle - spin * beat) / near / aspect + 0.5;
    float inside = 1.0;
    if (edge == 0) at = 1.0 - abs(1.0 - mod(at, 2.0));
    if (edge == 1) at = fract(at);
    if (edge == 2) {
        vec2 far = min(at, 1.0 - at) * size * near + 0.5;
        inside = clamp(min(far.x, far.y), 0.0, 1.0);
    }
    color = texture(picture, at) * inside;
}
