#version 330
// The last pass: what the audience gets; opaque, and dark when blackout is on.
in vec2 uv;
out vec4 color;
uniform sampler2D picture;
uniform float light; // 1; less while the show ends, 0 for blackout

void main() {
    bool inside = all(greaterThanEqual(uv, vec2(0.0))) && all(lessThanEqual(uv, vec2(1.0)));
    color = vec4(inside ? texture(picture, uv).rgb * light : vec3(0.0), 1.0);
}
