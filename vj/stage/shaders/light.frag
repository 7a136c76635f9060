#version 330
// Of each of 32 x 18 fields of the output, for counting flashes: relative luminance, and how red.
in vec2 uv;
out vec4 color;
uniform sampler2D picture;

void main() {
    float light = 0.0, red = 0.0;
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 8; x++) {
            vec3 c = textureLod(picture, uv + (vec2(x, y) - 3.5) / (8.0 * vec2(32.0, 18.0)), 0.0).rgb;
            // A cubic through the sRGB curve: nearer than a hundredth and without a power.
            c *= c * (c * 0.3053 + 0.6822) + 0.0125;
            light += dot(c, vec3(0.2126, 0.7152, 0.0722));
            float pure = c.r - c.g - c.b;
            red += c.r >= 0.8 * (c.r + c.g + c.b) ? max(pure, 0.0) : 0.0;
        }
    color = vec4(light / 64.0, red / 64.0, 0.0, 1.0);
}
