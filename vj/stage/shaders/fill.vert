#version 330
// Covers the target with one triangle. Everything inside the program has its top row first; only
// the window wants it last, and this is the one place where a picture is turned over for it.
uniform vec2 scale; // part of the target's clip space that the picture fills; y < 0 turns it over
out vec2 uv; // 0..1 over the picture, (0, 0) is top left

void main() {
    vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
    uv = corner / scale * 0.5 + 0.5;
    gl_Position = vec4(corner, 0.0, 1.0);
}
