#version 330
// Puts a picture where a mapping wants it; w makes the perspective true.
in vec2 place;      // 0..1 over the mapping, before the picture is turned
in vec3 at;         // w * (X, Y, 1) on the output, 0..1, (0, 0) is top left
uniform vec4 part;  // of the picture: x, y, width, height
uniform mat3 turned; // from the mapping to the picture's own directions
out vec2 seen;      // 0..1 over the part of the picture
out vec2 uv;        // 0..1 over the picture, (0, 0) is top left

void main() {
    seen = (turned * vec3(place, 1.0)).xy;
    uv = part.xy + part.zw * seen;
    gl_Position = vec4(2.0 * at.x - at.z, at.z - 2.0 * at.y, 0.0, at.z);
}
