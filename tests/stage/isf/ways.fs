/*{ "DESCRIPTION": "a list with labels, a list without, and one with limits",
  "INPUTS": [
    {"NAME": "way", "TYPE": "long", "VALUES": [10, 20, 40], "LABELS": ["low", "middle", "high"], "DEFAULT": 20},
    {"NAME": "bare", "TYPE": "long", "VALUES": [0, 5], "DEFAULT": 5},
    {"NAME": "count", "TYPE": "long", "MIN": 1, "MAX": 8, "DEFAULT": 3}
  ] }*/
void main() { gl_FragColor = vec4(float(way), float(bare), float(count), 255.0) / 255.0; }
