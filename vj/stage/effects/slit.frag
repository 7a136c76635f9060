// Every place of the picture from another moment: movement becomes bent and liquid.
// skip when: delay = 0
// history: 2 s, 1/2 size
// compiled in: way
uniform float delay;   // 0..2 = 0, smooth 0.4, unit s: how old the oldest place is
uniform int region;    // all|person|background = all: where it is seen
uniform int way;       // down|up|left|right|out|dark = down: where the past lies, or in dark places
uniform int bands;     // 0..32 = 0: 0 time flows, else it is cut into so many strips

void main() {
    vec4 now = textureLod(picture, uv, 0.0);
    float far;
    if (way == 0) far = uv.y;
    else if (way == 1) far = 1.0 - uv.y;
    else if (way == 2) far = 1.0 - uv.x;
    else if (way == 3) far = uv.x;
    else if (way == 4) far = min(length((uv - 0.5) * vec2(size.x / size.y, 1.0)) * 1.15, 1.0);
    else far = 1.0 - luma(now.rgb);
    if (bands > 0) far = floor(min(far, 0.9999) * float(bands)) / max(float(bands) - 1.0, 1.0);
    vec4 then = ago(delay * far, uv);
    // The newest places stay as sharp as they came.
    then = mix(now, then, smoothstep(0.0, 0.1, delay * far));
    color = mix(now, then, within(region, now.a));
}
