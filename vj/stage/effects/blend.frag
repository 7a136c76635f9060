// Lays the camera or the painting over the picture, as layers in a picture program.
// skip when: amount = 0
// compiled in: layer, mode
uniform float amount;  // 0..1 = 0, smooth 0.15: how much of the layer is seen
uniform int region;    // all|person|background = all: where it is seen
uniform int layer;     // camera|painting|itself = camera: what is laid over
uniform int mode;      // normal|add|screen|multiply|overlay|difference|lighten|darken|soft = screen: how it is laid over

vec3 laid(vec3 a, vec3 b) {
    if (mode == 1) return min(a + b, 1.0);
    if (mode == 2) return 1.0 - (1.0 - a) * (1.0 - b);
    if (mode == 3) return a * b;
    if (mode == 4) return mix(2.0 * a * b, 1.0 - 2.0 * (1.0 - a) * (1.0 - b), step(0.5, a));
    if (mode == 5) return abs(a - b);
    if (mode == 6) return max(a, b);
    if (mode == 7) return min(a, b);
    if (mode == 8) return mix(a * a, 1.0 - (1.0 - a) * (1.0 - a), b);
    return b;
}

void main() {
    vec4 now = here(picture);
    vec3 over = layer == 0 ? here(dry).rgb : layer == 1 ? here(styled).rgb : now.rgb;
    color = vec4(mix(now.rgb, laid(now.rgb, over), amount * within(region, now.a)), now.a);
}
