/*{
  "DESCRIPTION": "turns the picture towards a colour, within a circle",
  "CREDIT": "vj", "ISFVSN": "2", "CATEGORIES": ["Color"],
  "INPUTS": [
    {"NAME": "inputImage", "TYPE": "image"},
    {"NAME": "tint", "TYPE": "color", "DEFAULT": [1.0, 0.0, 0.0, 1.0], "LABEL": "Tint"},
    {"NAME": "middle", "TYPE": "point2D", "DEFAULT": [0.5, 0.5], "MIN": [0, 0], "MAX": [1, 1]},
    {"NAME": "size", "TYPE": "float", "DEFAULT": 2.0, "MIN": 0.0, "MAX": 2.0},
    {"NAME": "invert", "TYPE": "bool", "DEFAULT": false},
  ]
}*/
float near(vec2 at) { return step(distance(at, middle), size); }

void main(void) {
    vec4 seen = IMG_THIS_PIXEL(inputImage);
    float inside = near(isf_FragNormCoord);
    if (invert) inside = 1.0 - inside;
    gl_FragColor = vec4(mix(seen.rgb, tint.rgb * seen.a, inside * tint.a), seen.a);
}
