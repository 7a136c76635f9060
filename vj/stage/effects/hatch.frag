// Drawn in crossing strokes, denser where it is darker; ink on paper or chalk on a board.
// skip when: amount = 0
// mipmaps: picture
uniform float amount;  // 0..1 = 0, smooth 0.15: how much of the drawing is seen
uniform int region;    // all|person|background = all: where it is seen
uniform float rows;    // 30..200 = 90, smooth 0.15: strokes in the picture's height
uniform float chalk;   // 0..1 = 0, smooth 0.2: 0 ink on paper, 1 chalk on a board
uniform float colour;  // 0..1 = 0.25, smooth 0.15: how much of the picture's colours is kept
uniform float wobble;  // 0..1 = 0.4, smooth 0.15: how unsteady the hand is
uniform float outline; // 0..1 = 0.7, smooth 0.15: strength of outlines

float stroke(vec2 p, float degrees, float dark) {
    vec2 q = turn(p, degrees);
    q.y += wobble * 0.35 * sin(q.x * 0.31 + 7.0 * sin(q.y * 0.05) + degrees);
    float away = abs(fract(q.y) - 0.5), wide = 0.42 * dark, soft = max(rows / size.y, 0.08);
    return (1.0 - smoothstep(wide - soft, wide + soft, away)) * smoothstep(0.0, 0.12, dark);
}

void main() {
    vec4 now = textureLod(picture, uv, 0.0);
    float level = log2(max(size.y / rows, 1.0));
    vec2 step_ = 0.6 / rows * vec2(size.y / size.x, 1.0);
    vec3 mean = textureLod(picture, uv, level * 0.7).rgb;
    float fine = level * 0.5;
    float dx = luma(textureLod(picture, uv + vec2(step_.x, 0.0), fine).rgb)
             - luma(textureLod(picture, uv - vec2(step_.x, 0.0), fine).rgb);
    float dy = luma(textureLod(picture, uv + vec2(0.0, step_.y), fine).rgb)
             - luma(textureLod(picture, uv - vec2(0.0, step_.y), fine).rgb);
    float light = luma(mean), dark = 1.0 - mix(light, 1.0 - light, chalk);
    vec2 p = (uv - 0.5) * vec2(size.x / size.y, 1.0) * rows;
    float ink = stroke(p, 45.0, clamp(dark * 2.6 - 0.55, 0.0, 1.0));
    ink = max(ink, stroke(p, -45.0, clamp(dark * 2.6 - 1.15, 0.0, 1.0)));
    ink = max(ink, stroke(p * 1.1, 8.0, clamp(dark * 2.6 - 1.7, 0.0, 1.0)));
    ink = max(ink, outline * smoothstep(0.1, 0.35, length(vec2(dx, dy))));
    vec3 hue = mean / max(max(mean.r, max(mean.g, mean.b)), 0.05);
    vec3 paper = mix(mix(vec3(0.96, 0.94, 0.89), hue, 0.5 * colour), vec3(0.07, 0.09, 0.1), chalk);
    vec3 pen = mix(vec3(0.1, 0.1, 0.14), vec3(0.94, 0.95, 0.9), chalk);
    pen = mix(pen, hue * mix(0.45, 1.0, chalk), colour);
    color = vec4(mix(now.rgb, mix(paper, pen, ink), amount * within(region, now.a)), now.a);
}
