// Brings out detail: fine lines, or with a large radius the plasticity of things.
// skip when: amount = 0
// mipmaps: picture
uniform float amount;  // 0..3 = 0, smooth 0.15: how much detail is added
uniform int region;    // all|person|background = all: where it is seen
uniform float radius;  // 0..1 = 0.1, smooth 0.15, exp: 0 finest lines, 1 large shapes
uniform float colour;  // 0..1 = 0, smooth 0.15: 0 sharpens light only, 1 colours too
uniform float calm;    // 0..1 = 0.3, smooth 0.15: how far noise is left alone

void main() {
    vec4 now = textureLod(picture, uv, 0.0);
    float wide = mix(0.0025, 0.05, radius);
    vec2 step_ = wide * vec2(size.y / size.x, 1.0);
    float level = log2(max(wide * float(textureSize(picture, 0).y), 1.0));
    vec3 around = vec3(0.0);
    for (int y = -1; y <= 1; y += 2)
        for (int x = -1; x <= 1; x += 2)
            around += textureLod(picture, uv + 0.7 * vec2(x, y) * step_, level).rgb * 0.25;
    vec3 detail = now.rgb - around;
    detail = mix(vec3(luma(detail)), detail, colour);
    float size_ = abs(luma(detail));
    detail *= smoothstep(0.0, 0.06 * calm + 1e-4, size_) / (1.0 + 2.5 * size_);
    vec3 rgb = clamp(now.rgb + detail * amount, 0.0, 1.0);
    color = vec4(mix(now.rgb, rgb, within(region, now.a)), now.a);
}
