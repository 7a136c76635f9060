#version 330
// Lets a share of a picture into the one that is there, by blending.
in vec2 uv;
out vec4 color;
uniform sampler2D picture;
uniform float share;

void main() { color = vec4(texture(picture, uv).rgb, share); }
