// Edges shine: thin lines of light with a halo, in the picture's colours or one of your own.
// skip when: amount = 0
// uses: filters
// mipmaps: picture
uniform float amount;  // 0..2 = 0, smooth 0.15: strength of the light
uniform int region;    // all|person|background = all: where it is seen
uniform float dim;     // 0..1 = 0.7, smooth 0.15: how dark the picture behind the lines is
uniform float width;   // 0..1 = 0.3, smooth 0.15: width of the lines
uniform float halo;    // 0..1 = 0.6, smooth 0.15: light around the lines
uniform float tint;    // 0..1 = 0, smooth 0.15: 0 the picture's own colours, 1 the colour of hue
uniform float hue;     // 0..1 = 0.55, smooth 0.15: colour of the light
uniform float turning; // 0..1 = 0, smooth 0.3, unit turns/beat: lets that colour go round

vec4 tap(vec2 at, float radius) {
    float texels = 2.0 * radius * float(textureSize(picture, 0).y);
    return textureLod(picture, at, log2(max(texels, 1.0)));
}

// The picture's colours where it changes within `radius`.
vec3 lines(vec2 at, float radius, float weakest, float strongest) {
    vec3 across = vec3(0.0), down = vec3(0.0), mean = vec3(0.0);
    for (int i = 1; i < 8; i += 2) {
        vec3 there = tap(moved(at, RING[i] * radius), radius * 0.6).rgb;
        across += there * RING[i].x;
        down += there * RING[i].y;
        mean += there * 0.25;
    }
    float strength = sqrt(max(dot(across, across), dot(down, down)));
    vec3 colour = mean / max(max(mean.r, max(mean.g, mean.b)), 0.05);
    colour = clamp(mix(vec3(luma(colour)), colour, 1.5), 0.0, 1.0);
    return colour * smoothstep(weakest, strongest, strength);
}

void main() {
    vec4 now = textureLod(picture, uv, 0.0);
    vec3 line = lines(uv, mix(0.002, 0.008, width), 0.08, 0.45);
    line += 0.7 * halo * lines(uv, mix(0.012, 0.035, width), 0.05, 0.9);
    float at = fract(hue + turning * beat);
    vec3 wheel = clamp(abs(mod(at * 6.0 + vec3(0.0, 4.0, 2.0), 6.0) - 3.0) - 1.0, 0.0, 1.0);
    float light = max(line.r, max(line.g, line.b));
    line = mix(line, light * (wheel + 0.35 * light), tint);
    float on = within(region, now.a), dark = dim * min(amount, 1.0);
    vec3 rgb = now.rgb * (1.0 - dark) + amount * line * 1.4;
    color = vec4(mix(now.rgb, min(rgb, 1.0), on), now.a);
}
