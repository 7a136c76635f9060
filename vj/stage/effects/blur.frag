// Out of focus: everywhere, around people, or away from a line as in pictures of toy towns.
// skip when: amount = 0
// mipmaps: picture
// compiled in: focus
uniform float amount;  // 0..1 = 0, smooth 0.15, exp: how wide, 1 is a tenth of the height
uniform int region;    // all|person|background = all: where it is seen
uniform int focus;     // none|point|line = none: what stays sharp
uniform float x;       // 0..1 = 0.5, smooth 0.2: the sharp point, from left to right
uniform float y;       // 0..1 = 0.5, smooth 0.2: the sharp point or line, from top to bottom
uniform float reach;   // 0..1 = 0.2, smooth 0.2: how far it stays sharp
uniform float shine;   // 0..1 = 0.3, smooth 0.15: how much bright places win

void main() {
    vec4 now = textureLod(picture, uv, 0.0);
    vec2 aspect = vec2(size.x / size.y, 1.0), off = (uv - vec2(x, y)) * aspect;
    float on = within(region, now.a);
    if (focus == 1) on *= smoothstep(reach, reach + 0.35, length(off));
    if (focus == 2) on *= smoothstep(reach, reach + 0.35, abs(off.y));
    float radius = 0.1 * amount * on;
    float level = log2(max(radius * 0.7 * float(textureSize(picture, 0).y), 1.0));
    vec3 sum = vec3(0.0);
    float weights = 0.0;
    // A sunflower: places on a disc, evenly spread.
    for (int i = 0; i < 10; i++) {
        float r = sqrt((float(i) + 0.5) / 10.0), a = float(i) * 2.3999632;
        vec4 there = textureLod(picture, uv + radius * r * vec2(cos(a), sin(a)) / aspect, level);
        // Who is not meant must not bleed over the edge.
        float light = luma(there.rgb), counts = 0.1 + 0.9 * within(region, there.a);
        float weight = (1.0 + 24.0 * shine * light * light * light * light) * counts;
        sum += there.rgb * weight;
        weights += weight;
    }
    color = vec4(mix(now.rgb, sum / weights, smoothstep(0.0, 0.002, radius)), now.a);
}
