// Folds the picture: left onto right, or around a point like a kaleidoscope.
// skip when: amount = 0
uniform float amount;  // 0..1 = 1, smooth 0.2: how much of the folded picture is seen
uniform int segments;  // 1..16 = 1: 1 folds once along a line, more make a kaleidoscope
uniform float angle;   // -180..180 = 0, smooth 0.2, unit deg: turns the fold
uniform float spin;    // -90..90 = 0, smooth 0.3, unit deg/beat: lets the fold turn by itself
uniform float centre_x; // 0..1 = 0.5, smooth 0.2: where the fold is, from left to right
uniform float centre_y; // 0..1 = 0.5, smooth 0.2: where the fold is, from top to bottom

void main() {
    vec2 aspect = vec2(size.x / size.y, 1.0), centre = vec2(centre_x, centre_y);
    float turned = angle + spin * beat;
    vec2 p = turn((uv - centre) * aspect, -turned);
    if (segments > 1) {
        float slice = 3.14159265 / float(segments);
        float a = mod(atan(p.y, p.x), 2.0 * slice);
        a = min(a, 2.0 * slice - a);
        p = length(p) * vec2(cos(a), sin(a));
    } else {
        p.x = -abs(p.x);
    }
    vec2 from = turn(p, turned) / aspect + centre;
    from = 1.0 - abs(1.0 - mod(from, 2.0));
    color = mix(here(picture), texture(picture, from), amount);
}
