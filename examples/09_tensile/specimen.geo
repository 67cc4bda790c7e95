// A plate of [-1, 1] x [-1, 1] with half an ellipse cut out of its left and right side.
DefineConstant[
  left_depth = {0.25, Name "depth of the left notch"}, left_height = {0.25, Name "half its height"},
  left_centre = {0, Name "where along the side it is"},
  right_depth = {0.25, Name "depth of the right notch"}, right_height = {0.25, Name "half its height"},
  right_centre = {0, Name "where along the side it is"},
  size = {0.085, Name "of cells far from the notches"}, refinement = {0.42, Name "of cells at the notches"}
];
fine = size * refinement;
Point(1) = {-1, -1, 0, size};
Point(2) = {1, -1, 0, size};
Point(3) = {1, 1, 0, size};
Point(4) = {-1, 1, 0, size};
// Quarters of ellipses around centres 10 and 20.
Point(10) = {-1, left_centre, 0, size};
Point(11) = {-1, left_centre + left_height, 0, fine};
Point(12) = {-1 + left_depth, left_centre, 0, fine};
Point(13) = {-1, left_centre - left_height, 0, fine};
Point(20) = {1, right_centre, 0, size};
Point(21) = {1, right_centre - right_height, 0, fine};
Point(22) = {1 - right_depth, right_centre, 0, fine};
Point(23) = {1, right_centre + right_height, 0, fine};
Line(1) = {1, 2};
Line(2) = {2, 21};
Ellipse(3) = {21, 20, 21, 22};
Ellipse(4) = {22, 20, 22, 23};
Line(5) = {23, 3};
Line(6) = {3, 4};
Line(7) = {4, 11};
Ellipse(8) = {11, 10, 11, 12};
Ellipse(9) = {12, 10, 12, 13};
Line(10) = {13, 1};
Curve Loop(1) = {1:10};
Plane Surface(1) = {1};
Physical Curve("bottom") = {1};
Physical Curve("top") = {6};
Physical Point("corner") = {1};
Physical Surface("body") = {1};
