// A camera that looks at its own screen: the picture in the picture in the picture.
// skip when: amount = 0
// previous: float
uniform float amount;  // 0..1 = 0, smooth 0.2: how much of the tunnel is seen
uniform float shrink;  // 0.3..0.97 = 0.8, smooth 0.3: size of each picture in the one before
uniform float angle;   // -180..180 = 6, smooth 0.3, unit deg: turns each picture in the one before
uniform float spin;    // -180..180 = 0, smooth 0.3, unit deg/beat: lets the tunnel turn by itself
uniform float hue;     // -0.5..0.5 = 0.06, smooth 0.3, unit turns: colour from picture to picture
uniform float keep;    // 0..1 = 0.92, smooth 0.3: light from picture to picture
uniform float person;  // 0..1 = 1, smooth 0.2: how far people stand in front of the tunnel
uniform float x;       // -1..1 = 0, smooth 0.3: where the tunnel leads, from left to right
uniform float y;       // -1..1 = 0, smooth 0.3: where the tunnel leads, from top to bottom

void main() {
    vec4 now = here(picture);
    vec2 aspect = vec2(size.x / size.y, 1.0);
    vec2 p = (uv - 0.5 - vec2(x, y) * 0.5 * (1.0 - shrink)) * aspect;
    vec2 from = turn(p, -angle - spin * beat) / shrink / aspect + 0.5;
    vec2 edge = min(from, 1.0 - from) * aspect * size.y;
    float inside = clamp(min(edge.x, edge.y) * shrink, 0.0, 1.0);
    vec4 old = finite(texture(previous, from));
    vec3 deep = clamp(turn_hue(old.rgb, hue), 0.0, 1.0) * keep;
    float seen = amount * inside * (1.0 - person * now.a);
    color = vec4(mix(now.rgb, deep, seen), now.a);
}
