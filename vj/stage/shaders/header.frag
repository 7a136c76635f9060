#version 330
// Stands in front of every effect: what it may read, and a few words to say things with.
in vec2 uv;                 // 0..1 over the picture, (0, 0) is top left
out vec4 color;             // rgb 0..1, alpha = person matte
uniform sampler2D picture;  // the result so far; alpha is the person matte
uniform sampler2D dry;      // the newest camera picture
uniform sampler2D styled;   // the newest painted picture
uniform sampler2D previous; // what this effect drew last time; the picture itself the first time
uniform float alive;        // 0..1: how present the painted picture is; 0 when it is late or absent
uniform float time;         // seconds, wraps at 2000 pi
uniform float beat;         // position in beats, wraps at 3600
uniform float dt;           // seconds since the last frame, never 0
uniform vec2 size;          // of the picture in pixels

vec4 here(sampler2D image) { return texture(image, uv); }

float luma(vec3 rgb) { return dot(rgb, vec3(0.2126, 0.7152, 0.0722)); }

// How much stays after this frame of what a 30 Hz picture would keep `keep` of.
float per_frame(float keep) { return pow(keep, dt * 30.0); }

// One turn is once around the colour wheel; brightness is kept roughly.
vec3 turn_hue(vec3 rgb, float turns) {
    float angle = 6.2831853 * turns;
    vec3 axis = vec3(0.57735027);
    return rgb * cos(angle) + cross(axis, rgb) * sin(angle)
         + axis * dot(axis, rgb) * (1.0 - cos(angle));
}

vec2 turn(vec2 point, float degrees) {
    float angle = radians(degrees), c = cos(angle), s = sin(angle);
    return vec2(c * point.x - s * point.y, s * point.x + c * point.y);
}

// Not a number stays so through every comparison a compiler may fold away; its bits do not.
float finite(float x) {
    return (floatBitsToUint(x) & 0x7f800000u) == 0x7f800000u ? 0.0 : x;
}
vec4 finite(vec4 v) { return vec4(finite(v.r), finite(v.g), finite(v.b), finite(v.a)); }
