// What an effect drew over what came to it; `region`, `mode`, `covering` stand before.
in vec2 uv;
out vec4 color;
uniform sampler2D picture;
uniform sampler2D other;
uniform float amount;

void main() {
    vec4 before = texture(picture, uv), after = texture(other, uv);
    float seen = amount;
    if (region == 1) seen *= max(before.a, after.a);
    if (region == 2) seen *= 1.0 - before.a;
    if (covering) {
        // The alpha says how far it covers and is no matte; that stays as it came.
        if (region == 1) seen = amount * before.a;
        seen *= after.a;
        after.a = before.a;
    }
    if (mode > 0) after.rgb = laid(before.rgb, after.rgb, mode);
    color = mix(before, after, seen);
}
