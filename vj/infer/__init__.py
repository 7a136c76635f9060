"""The infer process: newest camera frame in, stylised picture and person matte out.
The only home of torch; started by the show, its parts are also used by the studio."""
