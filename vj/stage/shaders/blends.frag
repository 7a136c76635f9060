// The ways one picture is laid over another, as in picture programs; `// uses: blends`.
// 0 normal, 1 add, 2 screen, 3 multiply, 4 overlay, 5 difference, 6 lighten, 7 darken, 8 soft.
vec3 laid(vec3 a, vec3 b, int mode) {
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
