// Slow eyes: every picture melts into the ones before it, people and the rest at their own pace.
// The share kept is per picture of a 30 Hz source, whatever the real frame rate.
// Source: post_time_lerp of webcam-pix2pix-tensorflow.
// previous: float
// skip when: person = 0, background = 0
uniform float person;     // 0..0.99 = 0.3, smooth 0.3: how slowly people change
uniform float background; // 0..0.99 = 0.5, smooth 0.3: how slowly everything else changes

void main() {
    vec4 now = here(picture);
    vec3 old = finite(here(previous)).rgb;
    float keep = per_frame(mix(background, person, now.a));
    color = vec4(mix(now.rgb, old, keep), now.a);
}
