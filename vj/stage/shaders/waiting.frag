// Before the first camera picture: slow curtains of light, so that nobody looks at black.
float veil(vec2 p, float seed) {
    float sway = sin(p.x * 1.7 + time * 0.21 + seed) + 0.5 * sin(p.x * 3.1 - time * 0.13 + seed * 2.0);
    float fold = 0.5 + 0.5 * sin(p.x * 9.0 + 2.0 * sway + time * 0.17 + seed * 5.0);
    float rise = exp(-abs(p.y + 0.35 * sway - 0.1) * 2.2);
    return rise * mix(0.35, 1.0, fold * fold);
}

void main() {
    vec2 p = (uv - 0.5) * vec2(size.x / size.y, -1.0) * 2.0;
    vec3 night = mix(vec3(0.035, 0.02, 0.09), vec3(0.10, 0.03, 0.13), uv.y);
    vec3 rgb = night;
    rgb += vec3(0.75, 0.22, 0.42) * 0.55 * veil(p, 0.3);
    rgb += vec3(0.10, 0.42, 0.62) * 0.60 * veil(p * 1.2 + vec2(2.0, 0.2), 2.1);
    rgb += vec3(0.90, 0.55, 0.20) * 0.35 * veil(p * 0.8 + vec2(-1.0, 0.45), 4.4);
    rgb *= 1.0 - 0.35 * dot(uv - 0.5, uv - 0.5);
    color = vec4(1.0 - exp(-2.0 * rgb), 0.0);
}
