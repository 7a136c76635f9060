// The scene's logo or title (`logo:`), a picture with a transparent ground, over everything before.
// skip when: amount = 0
// uses: blends
// mipmaps: logo
// compiled in: mode
uniform float amount;  // 0..1 = 1, smooth 0.2: how much of it is seen
uniform int region;    // all|person|background = all: where it is seen; background: behind people
uniform int mode;      // normal|add|screen|multiply|overlay|difference|lighten|darken|soft = normal: how it is laid over
uniform float width;   // 0.02..1 = 0.25, smooth 0.2: its width, part of the picture's
uniform float x;       // 0..1 = 0.95, smooth 0.2: 0 at the left edge, 1 at the right
uniform float y;       // 0..1 = 0.93, smooth 0.2: 0 at the upper edge, 1 at the lower
uniform float angle;   // -180..180 = 0, smooth 0.2, unit deg: turns it
uniform float pump;    // 0..1 = 0, smooth 0.15: grows on the beat and falls back

void main() {
    vec4 now = here(picture);
    vec2 pixels = vec2(textureSize(logo, 0));
    // Its box in heights of the picture, and where its middle stands so that it never leaves.
    vec2 aspect = vec2(size.x / size.y, 1.0), box = aspect.x * width * vec2(1.0, pixels.y / pixels.x);
    vec2 middle = 0.5 * box + vec2(x, y) * (aspect - box);
    box *= 1.0 + 0.25 * pump * exp(-5.0 * fract(beat));
    vec2 at = turn(uv * aspect - middle, -angle) / box + 0.5;
    vec2 far = min(at, 1.0 - at) * box * size.y + 0.5;
    float inside = clamp(min(far.x, far.y), 0.0, 1.0);
    vec4 over = textureLod(logo, at, log2(max(pixels.x / (box.x * size.y), 1.0)));
    vec3 rgb = over.rgb / max(over.a, 1e-3);
    float seen = amount * over.a * inside * within(region, now.a);
    color = vec4(mix(now.rgb, laid(now.rgb, rgb, mode), seen), now.a);
}
