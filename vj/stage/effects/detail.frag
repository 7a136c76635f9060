// Sharp again: the picture gets back the edges and the fineness the camera saw.
// skip when: amount = 0
uniform float amount;  // 0..2 = 0, smooth 0.15: how much of the camera's detail comes back
uniform int region;    // all|person|background = all: where it is seen
uniform float radius;  // 0.5..4 = 1, smooth 0.15: how coarse the painting is, in its own pixels
uniform float clean;   // 0..1 = 0.3, smooth 0.15: how far faint detail, mostly noise, is left alone

// Around each place the picture is a straight line over the camera's light; what the camera saw
// finer than the painting's pixels comes back along that line. Source: He et al. 2010, guided
// filter; what the line does not explain, the strokes, stays as painted.
void main() {
    vec4 now = textureLod(picture, uv, 0.0);
    vec2 step_ = radius / vec2(textureSize(styled, 0));
    vec3 filmed = textureLod(dry, uv, 0.0).rgb, low = vec3(0.0);
    vec3 least = now.rgb, most = now.rgb;
    float light = 0.0, lights = 0.0, squares = 0.0, products = 0.0;
    for (int y = -1; y <= 1; y++)
        for (int x = -1; x <= 1; x++) {
            vec2 at = uv + vec2(x, y) * step_;
            float weight = float((2 - abs(x)) * (2 - abs(y))) / 16.0;
            vec3 camera = textureLod(dry, at, 0.0).rgb, painted = textureLod(picture, at, 0.0).rgb;
            float a = luma(camera), b = luma(painted);
            low += weight * camera;
            light += weight * a;
            lights += weight * b;
            squares += weight * a * a;
            products += weight * a * b;
            least = min(least, painted);
            most = max(most, painted);
        }
    float slope = (products - light * lights) / (squares - light * light + 0.0006);
    vec3 fine = filmed - low;
    fine *= smoothstep(0.0, 0.05 * clean + 1e-4, abs(luma(fine)));
    vec3 sharp = now.rgb + amount * clamp(slope, -1.5, 1.5) * fine;
    vec3 room = 0.02 + 0.35 * (most - least); // an edge may become steep, but gets no halo
    sharp = clamp(sharp, max(least - room, 0.0), min(most + room, 1.0));
    color = vec4(mix(now.rgb, sharp, within(region, now.a)), now.a);
}
