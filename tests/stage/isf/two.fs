/*{ "INPUTS": [ {"NAME": "inputImage", "TYPE": "image"}, {"NAME": "other", "TYPE": "image"},
                {"NAME": "progress", "TYPE": "float"} ] }*/
#define BOTH(at) mix(IMG_NORM_PIXEL(inputImage, at), IMG_NORM_PIXEL(other, at), progress)
void main() { gl_FragColor = BOTH(isf_FragNormCoord); }
