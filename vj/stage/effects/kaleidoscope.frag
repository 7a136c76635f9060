// Three mirrors: the picture falls apart into triangles that fit together, endlessly.
// skip when: amount = 0
uniform float amount;  // 0..1 = 0, smooth 0.2: how much of it is seen
uniform float side;    // 0.15..2 = 0.6, smooth 0.3: side of a triangle, part of the height
uniform float angle;   // -180..180 = 0, smooth 0.3, unit deg: turns the mirrors
uniform float spin;    // -90..90 = 0, smooth 0.3, unit deg/beat: lets the mirrors turn
uniform float look;    // -180..180 = 0, smooth 0.3, unit deg: turns what is seen in them
uniform float x;       // 0..1 = 0.5, smooth 0.3: what is seen in them, from left to right
uniform float y;       // 0..1 = 0.42, smooth 0.3: what is seen in them, from top to bottom
uniform float zoom;    // 0.3..4 = 1, smooth 0.3: size of what is seen in them

void main() {
    vec4 now = here(picture);
    vec2 aspect = vec2(size.x / size.y, 1.0);
    vec2 p = turn((uv - 0.5) * aspect, -angle - spin * beat) / side;
    // Into the strip between two rows of corners, then the triangle the strip repeats.
    const float HIGH = 0.8660254;
    p.y += HIGH / 3.0;
    p.y = HIGH - abs(HIGH - mod(p.y, 2.0 * HIGH));
    p.x = mod(p.x, 3.0);
    for (int i = 0; i < 5; i++) {
        vec2 right = vec2(HIGH, 0.5), left = vec2(-HIGH, 0.5);
        p -= 2.0 * max(dot(p - vec2(0.5, 0.0), right), 0.0) * right;
        p -= 2.0 * max(dot(p + vec2(0.5, 0.0), left), 0.0) * left;
        p.y = abs(p.y);
    }
    p.y -= HIGH / 3.0;
    vec2 at = turn(p * side / zoom, look) / aspect + vec2(x, y);
    vec4 seen = texture(picture, 1.0 - abs(1.0 - mod(at, 2.0)));
    color = mix(now, seen, amount);
}
