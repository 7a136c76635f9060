// Lays the camera or the painting over the picture, as layers in a picture program.
// skip when: amount = 0
// compiled in: layer, mode
// uses: blends
uniform float amount;  // 0..1 = 0, smooth 0.15: how much of the layer is seen
uniform int region;    // all|person|background = all: where it is seen
uniform int layer;     // camera|painting|itself = camera: what is laid over
uniform int mode;      // normal|add|screen|multiply|overlay|difference|lighten|darken|soft = screen: how it is laid over

void main() {
    vec4 now = here(picture);
    vec3 over = layer == 0 ? here(dry).rgb : layer == 1 ? here(styled).rgb : now.rgb;
    color = vec4(mix(now.rgb, laid(now.rgb, over, mode), amount * within(region, now.a)), now.a);
}
