#version 330
// Draws a picture as it is, matte included, at another size or in another place.
in vec2 uv;
out vec4 color;
uniform sampler2D picture;

void main() { color = texture(picture, uv); }
