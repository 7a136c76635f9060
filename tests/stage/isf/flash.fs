/*{ "INPUTS": [ {"NAME": "hit", "TYPE": "event"} ] }*/
void main() { gl_FragColor = vec4(hit ? 1.0 : 0.0, float(FRAMEINDEX) / 255.0, TIME, 1.0); }
