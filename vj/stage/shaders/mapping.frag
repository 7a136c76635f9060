// A picture on an output, in its colours, with as much light as each place may have.
in vec2 uv;
out vec4 color;
uniform sampler2D picture;
uniform sampler2D light; // of the output's own size
uniform vec3 tone;       // brightness, contrast, 1 / gamma
uniform vec3 gain;

void main() {
    vec3 rgb = texture(picture, uv).rgb;
#ifdef COLOUR
    rgb = clamp((rgb - 0.5) * tone.y + 0.5 + tone.x, 0.0, 1.0);
#ifdef GAMMA
    rgb = pow(rgb, vec3(tone.z));
#endif
    rgb *= gain;
#endif
#ifdef LIGHT
    rgb *= texelFetch(light, ivec2(gl_FragCoord.xy), 0).r;
#endif
    color = vec4(rgb, 1.0);
}
