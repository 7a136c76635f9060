#version 330
// Stands in front of every ISF shader: the words of the format, with the bottom row first as there.
out vec4 isf_color;
uniform int PASSINDEX;
uniform vec2 RENDERSIZE;
uniform float TIME;
uniform float TIMEDELTA;
uniform vec4 DATE;
uniform int FRAMEINDEX;

vec4 isf_read(sampler2D image, vec2 at) { return texture(image, vec2(at.x, 1.0 - at.y)); }

float isf_finite(float x) {
    return (floatBitsToUint(x) & 0x7f800000u) == 0x7f800000u ? 0.0 : x;
}
vec4 isf_finite(vec4 v) {
    return vec4(isf_finite(v.r), isf_finite(v.g), isf_finite(v.b), isf_finite(v.a));
}

#define isf_FragCoord vec4(gl_FragCoord.x, RENDERSIZE.y - gl_FragCoord.y, gl_FragCoord.zw)
#define isf_FragNormCoord (vec2(gl_FragCoord.x, RENDERSIZE.y - gl_FragCoord.y) / RENDERSIZE)
#define vv_FragNormCoord isf_FragNormCoord
#define IMG_SIZE(image) vec2(textureSize(image, 0))
#define IMG_NORM_PIXEL(image, at) isf_read(image, at)
#define IMG_PIXEL(image, at) isf_read(image, (at) / IMG_SIZE(image))
#define IMG_THIS_NORM_PIXEL(image) isf_read(image, isf_FragNormCoord)
#define IMG_THIS_PIXEL(image) isf_read(image, isf_FragNormCoord)
#define texture(image, at) isf_read(image, at)
#define texture2D(image, at) isf_read(image, at)
#define texture2DRect(image, at) isf_read(image, (at) / IMG_SIZE(image))
