// What moves pushes the picture along, as a hand wet paint; where nothing moves it dries.
// skip when: amount = 0
// previous: float
// history: 0.3 s, 1/8 size
uniform float amount;  // 0..1 = 0, smooth 0.15: how far the picture is pushed
uniform int region;    // all|person|background = all: where it is seen
uniform float reach;   // 0..1 = 0.5, smooth 0.15: how fast paint runs
uniform float wet;     // 0..0.99 = 0.94, smooth 0.2: how long pushed paint stays
uniform float dry_up;  // 0..1 = 0.75, smooth 0.2: how much of that is lost where nothing moves
uniform float sense;   // 0..1 = 0.6, smooth 0.15: how little movement is enough

// Light of the small pictures of the past, which are soft enough to find a slope in.
float light(float seconds, vec2 at) { return luma(ago(seconds, at).rgb); }

void main() {
    vec4 now = textureLod(picture, uv, 0.0);
    vec2 aspect = vec2(size.y / size.x, 1.0), step_ = 0.022 * aspect;
    float gone = light(0.14, uv), came = light(0.035, uv), change = came - gone;
    vec2 slope = vec2(light(0.08, uv + vec2(step_.x, 0.0)) - light(0.08, uv - vec2(step_.x, 0.0)),
                      light(0.08, uv + vec2(0.0, step_.y)) - light(0.08, uv - vec2(0.0, step_.y)));
    float least = mix(0.25, 0.02, sense);
    float moving = smoothstep(0.5 * least, 2.0 * least, abs(change));
    // Along the slope of the light is as much of a movement as one place alone can see.
    vec2 way = -change * slope / (dot(slope, slope) + 0.004);
    way *= min(1.0, 1.2 / max(length(way), 1e-4));
    vec2 from = uv - way * aspect * mix(0.004, 0.05, reach) * dt * 30.0;
    vec3 paint = finite(texture(previous, clamp(from, 0.0, 1.0))).rgb;
    float keep = per_frame(wet) * mix(1.0 - dry_up * 0.35, 1.0, moving);
    float on = smoothstep(0.0, 0.4, amount) * within(region, now.a);
    color = vec4(mix(now.rgb, paint, keep * on), now.a);
}
