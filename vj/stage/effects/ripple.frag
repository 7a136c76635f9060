// Water: rings from a point, waves along the picture, or a pool that never rests.
// skip when: amount = 0
// compiled in: form
uniform float amount;  // 0..1 = 0, smooth 0.2: how high the waves are
uniform int region;    // all|person|background = all: where it is seen
uniform int form;      // rings|waves|pool = pool: rings, waves from the side, or a pool
uniform float waves;   // 1..30 = 6, smooth 0.2: waves in the picture's height
uniform float speed;   // -4..4 = 0.5, smooth 0.3, unit turns/beat: how fast they travel
uniform float x;       // 0..1 = 0.5, smooth 0.2: where rings come from, from left to right
uniform float y;       // 0..1 = 0.5, smooth 0.2: where rings come from, from top to bottom
uniform float shine;   // 0..1 = 0.4, smooth 0.2: light on the waves

const float TURN = 6.2831853;

void main() {
    vec4 now = here(picture);
    vec2 aspect = vec2(size.x / size.y, 1.0), p = (uv - vec2(x, y)) * aspect;
    float run = TURN * fract(speed * beat), far = length(p);
    vec2 slope;
    if (form == 0) {
        slope = p / max(far, 1e-3) * cos(TURN * waves * far - run) * smoothstep(0.0, 0.12, far);
        slope /= 1.0 + 1.5 * far;
    } else if (form == 1) {
        slope = vec2(0.3, 1.0) * cos(TURN * waves * (p.y + 0.12 * sin(3.0 * p.x + 1.0)) - run);
    } else {
        slope = vec2(0.0);
        for (int i = 0; i < 4; i++) {
            vec2 way = turn(vec2(1.0, 0.0), 37.0 + 101.0 * float(i));
            float fine = waves * (0.6 + 0.27 * float(i));
            float turns = float(i & 1) * 2.0 - 1.0;
            slope += way * cos(TURN * fine * dot(p, way) + turns * run + 2.4 * float(i)) * 0.45;
        }
    }
    float on = within(region, now.a) * amount;
    vec2 at = uv + on * slope * 0.22 / waves / aspect;
    vec3 rgb = texture(picture, 1.0 - abs(1.0 - mod(at, 2.0))).rgb;
    float light = dot(slope, vec2(-0.6, -0.8));
    rgb *= 1.0 + on * shine * 0.6 * light;
    rgb += on * shine * 0.35 * pow(max(light, 0.0), 6.0);
    color = vec4(clamp(rgb, 0.0, 1.0), now.a);
}
