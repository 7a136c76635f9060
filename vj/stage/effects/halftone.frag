// Dots as in print: light on black, ink on paper, or four-colour print without the black.
// skip when: amount = 0
// mipmaps: picture
// compiled in: look
uniform float amount;  // 0..1 = 0, smooth 0.15: how much of the dots is seen
uniform int region;    // all|person|background = all: where it is seen
uniform int look;      // light|ink|print = light: shining dots, black ink, or three inks
uniform float rows;    // 20..160 = 64, smooth 0.15: rows of dots in the picture's height
uniform float angle;   // -90..90 = 30, smooth 0.2, unit deg: turns the rows
uniform float colour;  // 0..1 = 1, smooth 0.15: 0 is black and white

const float PI = 3.14159265;

// Distance from the middle of the dot, in rows; `from` is that middle in the picture.
float dot_at(vec2 aspect, float degrees, out vec2 from) {
    vec2 p = turn((uv - 0.5) * aspect, degrees) * rows, middle = floor(p) + 0.5;
    from = turn(middle / rows, -degrees) / aspect + 0.5;
    return length(p - middle);
}

vec3 tap(vec2 at) { return textureLod(picture, at, log2(max(size.y / rows, 1.0))).rgb; }

// Share of this pixel under a dot that covers `part` of its square.
float covered(float away, float part) {
    float soft = max(rows / size.y, 0.04);
    float radius = part < 0.7 ? sqrt(part / PI) : mix(0.472, 0.76, (part - 0.7) / 0.3);
    return part <= 0.004 ? 0.0 : 1.0 - smoothstep(radius - soft, radius + soft, away);
}

void main() {
    vec4 now = textureLod(picture, uv, 0.0);
    vec2 aspect = vec2(size.x / size.y, 1.0), from;
    vec3 rgb;
    if (look == 2) {
        vec3 ink;
        for (int i = 0; i < 3; i++) {
            float away = dot_at(aspect, angle + float(i) * 30.0, from);
            vec3 here_ = tap(from);
            ink[i] = covered(away, 1.0 - mix(luma(here_), here_[i], colour));
        }
        rgb = vec3(0.97, 0.96, 0.93) * (1.0 - ink * vec3(0.95, 0.92, 0.9));
    } else {
        float away = dot_at(aspect, angle, from);
        vec3 there = tap(from);
        float light = max(there.r, max(there.g, there.b));
        vec3 hue = mix(vec3(1.0), there / max(light, 0.02), colour);
        if (look == 0) rgb = hue * covered(away, mix(luma(there), light, colour) * 0.9);
        else {
            vec3 paper = mix(vec3(0.97, 0.96, 0.93), hue, 0.75 * colour);
            rgb = mix(paper, vec3(0.05, 0.05, 0.07), covered(away, 1.0 - luma(there)));
        }
    }
    color = vec4(mix(now.rgb, rgb, amount * within(region, now.a)), now.a);
}
