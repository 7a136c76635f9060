// A filter on faces, or on people, or on everything but them.
// skip when: amount = 0
// uses: filters
// mipmaps: picture
// discard leaves: picture
// compiled in: fx, region, shape
// faces while: region < 2
// skip without faces while: region < 1
uniform float amount;  // 0..1 = 1, smooth 0.15: how much of the filter is seen
uniform int region;    // faces|not-faces|person|background|all = faces: where the filter is seen
uniform int fx;        // blur|pixelate|cartoon|sketch|emboss|sepia|map|edges|invert = pixelate: filter
uniform float coarse;  // 0..1 = 0.4, smooth 0.15: size of blocks, width of blur and lines
uniform int palette;   // heat|ocean|rainbow|viridis|gold = heat: colours of the filter map
uniform int shape;     // ellipse|box = ellipse: form of a face's region
uniform float grow;    // 0.5..3 = 1.4, smooth 0.15: size of a face's region, 1 is brows to chin
uniform float feather; // 0..1 = 0.25, smooth 0.15: softness of a face's region

vec4 tap(vec2 at, float radius) {
    float texels = 2.0 * radius * float(textureSize(picture, 0).y);
    return textureLod(picture, at, log2(max(texels, 1.0)));
}

float on_faces() {
    float on = 0.0;
    for (int i = 0; i < face_count; i++) {
        vec2 half_ = max(faces[i].zw, 1e-4) * grow;
        vec2 d = abs(uv - faces[i].xy + vec2(0.0, 0.08 * half_.y)) / half_;
        float r = shape == 0 ? length(d) : sqrt(sqrt(dot(d * d, d * d)));
        float soft = max(feather, 1.5 / (half_.y * size.y));
        on = max(on, presence[i] * (1.0 - smoothstep(1.0, 1.0 + soft, r)));
    }
    return on;
}

void main() {
    vec4 now = textureLod(picture, uv, 0.0);
    float seen = 1.0;
    if (region < 2) seen = on_faces();
    else if (region < 4) seen = now.a;
    if (region == 1 || region == 3) seen = 1.0 - seen;
    seen *= amount;
    if (seen <= 0.0) discard;
    color = vec4(mix(now.rgb, filtered(fx, uv, coarse, palette), seen), now.a);
}
