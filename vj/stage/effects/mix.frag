// Camera and painting: how much of the painted picture is seen, on people and around them.
// region: own
uniform float person;     // 0..1 = 1, smooth 0.15: how painted people are
uniform float background; // 0..1 = 1, smooth 0.15: how painted everything else is

void main() {
    vec4 plain = here(picture), painted = here(styled);
    float matte = mix(plain.a, painted.a, alive);
    float wet = alive * mix(background, person, matte);
    color = vec4(mix(plain.rgb, painted.rgb, wet), matte);
}
