// The last touch on colour and light.
// skip when: exposure = 0, contrast = 1, gamma = 1, saturation = 1, hue = 0, warmth = 0, vignette = 0
uniform float exposure;   // -3..3 = 0, smooth 0.1, unit stops: brighter or darker
uniform float contrast;   // 0..2 = 1, smooth 0.1: away from or towards middle gray
uniform float gamma;      // 0.3..3 = 1, smooth 0.1: lifts or sinks the middle tones
uniform float saturation; // 0..2 = 1, smooth 0.1: 0 is black and white
uniform float hue;        // -0.5..0.5 = 0, smooth 0.1, unit turns: turns all colours
uniform float warmth;     // -1..1 = 0, smooth 0.1: candle light or moon light
uniform float vignette;   // 0..1 = 0, smooth 0.1: darkens the corners

void main() {
    vec4 now = here(picture);
    vec3 rgb = now.rgb * exp2(exposure) * exp2(warmth * vec3(0.45, 0.0, -0.55));
    rgb = (rgb - 0.5) * contrast + 0.5;
    rgb = turn_hue(mix(vec3(luma(rgb)), rgb, saturation), hue);
    rgb = pow(clamp(rgb, 0.0, 1.0), vec3(1.0 / gamma));
    vec2 corner = (uv - 0.5) * 1.41421356;
    rgb *= 1.0 - vignette * smoothstep(0.3, 1.0, length(corner));
    color = vec4(rgb, now.a);
}
