/*{ "INPUTS": [ {"NAME": "inputImage", "TYPE": "image"},
                {"NAME": "stay", "TYPE": "float", "DEFAULT": 0.5} ],
    "PASSES": [ {"TARGET": "kept", "PERSISTENT": true, "FLOAT": true}, {} ] }*/
void main() {
    if (PASSINDEX == 0)
        gl_FragColor = mix(IMG_THIS_NORM_PIXEL(inputImage), IMG_THIS_NORM_PIXEL(kept), stay);
    else
        gl_FragColor = vec4(IMG_THIS_NORM_PIXEL(kept).rgb, 1.0);
}
