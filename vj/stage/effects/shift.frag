// The three colours of the picture drift apart, along a line or as through a cheap lens.
// skip when: amount = 0
// compiled in: way
uniform float amount;  // 0..1 = 0, smooth 0.1, exp: how far, 1 is a fifth of the height
uniform int region;    // all|person|background = all: where it is seen
uniform int way;       // line|lens|turn = line: to one side, outwards from the middle, or around it
uniform float angle;   // -180..180 = 0, smooth 0.2, unit deg: direction of the line
uniform float spin;    // -360..360 = 0, smooth 0.3, unit deg/beat: lets the direction turn

void main() {
    vec4 now = here(picture);
    vec2 aspect = vec2(size.x / size.y, 1.0), p = (uv - 0.5) * aspect;
    float on = within(region, now.a), far = 0.2 * amount;
    vec2 red, blue;
    if (way == 0) {
        red = turn(vec2(far, 0.0), angle + spin * beat);
        blue = -red;
    } else if (way == 1) {
        red = p * far * 1.4 * (0.3 + dot(p, p));
        blue = -red;
    } else {
        red = turn(p, far * 90.0) - p;
        blue = turn(p, -far * 90.0) - p;
    }
    vec2 left = 1.0 - abs(1.0 - mod(uv + on * red / aspect, 2.0));
    vec2 right = 1.0 - abs(1.0 - mod(uv + on * blue / aspect, 2.0));
    color = vec4(texture(picture, left).r, now.g, texture(picture, right).b, now.a);
}
