/*{ "INPUTS": [ {"NAME": "inputImage", "TYPE": "image"} ], "ISFVSN": "2" }*/
// Says where it is: red grows to the right, green upwards, blue by the pixel; reads one pixel right.
void main() {
    vec2 at = gl_FragCoord.xy / RENDERSIZE;
    vec4 beside = IMG_PIXEL(inputImage, gl_FragCoord.xy + vec2(1.0, 0.0));
    gl_FragColor = vec4(at.x, isf_FragNormCoord.y, beside.b, 1.0);
}
