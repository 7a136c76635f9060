/*{ "INPUTS": [ {"NAME": "inputImage", "TYPE": "image"},
                {"NAME": "part", "TYPE": "float", "MIN": 1, "MAX": 64, "DEFAULT": 16} ],
    "PASSES": [ {"TARGET": "little", "WIDTH": "floor($WIDTH / $part)", "HEIGHT": "max($HEIGHT/16.0, 1)"},
                {"DESCRIPTION": "back to the picture's size"} ] }*/
void main() {
    if (PASSINDEX == 0) gl_FragColor = vec4(RENDERSIZE / 255.0, IMG_SIZE(inputImage).x / 255.0, 1.0);
    else gl_FragColor = IMG_NORM_PIXEL(little, isf_FragNormCoord);
}
