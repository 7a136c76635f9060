#version 330
// Between two pictures, while an effect comes in or goes out.
in vec2 uv;
out vec4 color;
uniform sampler2D picture;
uniform sampler2D other;
uniform float amount;

void main() { color = mix(texture(picture, uv), texture(other, uv), amount); }
