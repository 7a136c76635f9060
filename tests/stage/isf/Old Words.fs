// written for an older host
/*{ "INPUTS": [ {"NAME": "inputImage", "TYPE": "image"} ],
    "PERSISTENT_BUFFERS": ["last"], "PASSES": [ {"TARGET": "last"} ] }*/
#ifdef GL_ES
precision mediump float;
#endif
void main() {
    vec2 uv = vv_FragNormCoord;
    float time = TIME, size = 1.0;
    gl_FragColor = max(texture2D(inputImage, uv) * size, texture2D(last, uv) - 0.1 * min(time, 0.0));
    gl_FragColor.a = DATE.x > 2000.0 ? 1.0 : 0.0;
}
