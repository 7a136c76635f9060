// A signal in trouble: torn rows, blocks in the wrong place, colours apart, anew on the beat.
// skip when: amount = 0
uniform float amount;  // 0..1 = 0, smooth 0.1: how much is broken
uniform int region;    // all|person|background = all: where it is seen
uniform float rate;    // 0.25..16 = 4, smooth 0.3, exp: how often per beat it breaks anew
uniform int rows;      // 4..120 = 28: torn rows
uniform float tear;    // 0..1 = 0.5, smooth 0.1: how far rows slip
uniform float blocks;  // 0..1 = 0.4, smooth 0.1: how many blocks are elsewhere
uniform float apart;   // 0..1 = 0.4, smooth 0.1: how far colours are apart

void main() {
    vec4 now = here(picture);
    float tick = floor(beat * rate), last = fract(beat * rate);
    // A break is worst at first and heals until the next.
    float hurt = amount * mix(1.0, 0.45, smoothstep(0.0, 0.8, last));
    float row = floor(uv.y * float(rows) + chance(vec2(tick, 3.0)));
    float band = floor(uv.y * float(rows) * 0.23 + chance(vec2(tick, 5.0)));
    float torn = step(1.0 - 0.55 * hurt, chance(vec2(row, tick)))
               + 0.6 * step(1.0 - 0.7 * hurt, chance(vec2(band, tick + 7.0)));
    float slip = (chance(vec2(row + 17.0, tick)) - 0.5) * torn * tear * 0.35;
    vec2 at = uv + vec2(slip, 0.0);

    vec2 grid = vec2(chance(vec2(tick, 9.0)), chance(vec2(tick, 11.0)));
    vec2 tile = floor(uv * vec2(11.0, 7.0) + grid);
    float wrong = step(1.0 - 0.3 * blocks * hurt, chance(tile + tick * 1.7));
    vec2 to = vec2(chance(tile + tick), chance(tile - tick)) - 0.5;
    at += wrong * to * 0.45;

    float split = apart * hurt * (0.008 + 0.03 * torn) * (1.0 + wrong);
    vec3 rgb = vec3(texture(picture, fract(at + vec2(split, 0.0))).r, texture(picture, fract(at)).g,
                    texture(picture, fract(at - vec2(split, 0.0))).b);
    rgb *= 1.0 + 0.35 * hurt * (chance(vec2(row, tick + 31.0)) - 0.5) * min(torn, 1.0);
    color = vec4(mix(now.rgb, rgb, smoothstep(0.0, 0.05, amount) * within(region, now.a)), now.a);
}
