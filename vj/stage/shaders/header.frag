#version 330
// Stands in front of every effect: what it may read, and a few words to say things with.
in vec2 uv;                 // 0..1 over the picture, (0, 0) is top left
out vec4 color;             // rgb 0..1, alpha = person matte
uniform sampler2D picture;  // the result so far; alpha is the person matte
uniform sampler2D dry;      // the newest camera picture
uniform sampler2D styled;   // the newest painted picture
uniform sampler2D previous; // what this effect drew last time; the picture itself the first time
uniform sampler2D history;  // what came to this effect before, for `ago`; kept where it asks for it
uniform sampler2D second;   // the scene's layer; alpha is how far it covers, rgb has it already
uniform sampler2D logo;     // the scene's logo, likewise
uniform ivec4 reel;         // of the history: columns, rows, newest cell, cells filled
uniform float reel_age;     // seconds since the newest cell
uniform ivec2 part;         // column and row of the part an effect of parts is drawing
uniform int face_count;     // how many of the following there are
uniform vec4 faces[8];      // centre x, centre y, half width, half height, 0..1 of the picture
uniform float presence[8];  // of each face, 0..1: they come and go softly
uniform float alive;        // 0..1: how present the painted picture is; 0 when it is late or absent
uniform float time;         // seconds, wraps at 2000 pi
uniform float beat;         // position in beats, wraps at 3600
uniform float dt;           // seconds since the last frame, never 0
uniform vec2 size;          // of the picture in pixels

vec4 here(sampler2D image) { return texture(image, uv); }

float luma(vec3 rgb) { return dot(rgb, vec3(0.2126, 0.7152, 0.0722)); }

// How much of all|person|background a place with this matte is.
float within(int region, float matte) {
    return region == 0 ? 1.0 : region == 1 ? matte : 1.0 - matte;
}

// Chance, 0..1, always the same for the same numbers.
float chance(vec2 p) {
    vec3 q = fract(vec3(p.xyx) * 0.1031);
    q += dot(q, q.yzx + 33.33);
    return fract((q.x + q.y) * q.z);
}

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

// Where in the history the k-th newest picture lies, 30 per second, from the newest, 0.
vec2 cell_of(int k) {
    // In floats: software renderers divide whole numbers one by one.
    vec4 r = vec4(max(reel.xy, 1), reel.z, max(reel.w - 1, 0));
    float cell = mod(r.z - clamp(float(k), 0.0, r.w) + 0.5, r.x * r.y);
    float row = floor(cell / r.x);
    return vec2(floor(cell - row * r.x), row);
}

vec4 in_cell(vec2 cell, vec2 at) {
    vec2 one = 1.0 / vec2(reel.xy), edge = 0.5 / (vec2(textureSize(history, 0)) * one);
    return textureLod(history, (cell + clamp(at, edge, 1.0 - edge)) * one, 0.0);
}

vec4 before(int k, vec2 at) { return in_cell(cell_of(k), at); }

// The picture as it was some seconds ago, as far back as the effect's history goes.
vec4 ago(float seconds, vec2 at) {
    float cells = (seconds - reel_age) * 30.0;
    if (cells <= 0.0) {
        float part = reel_age > 0.0 ? clamp(seconds / reel_age, 0.0, 1.0) : 0.0;
        return mix(textureLod(picture, at, 0.0), before(0, at), part);
    }
    return mix(before(int(cells), at), before(int(cells) + 1, at), fract(cells));
}
