package picture

import (
	"image"
	"image/color"
	"image/draw"
)

// Fit returns a picture that is at most so many pixels wide and high, each the
// mean of those that it stands for. A picture that fits stays as it is.
func Fit(img image.Image, width, height int) image.Image {
	size := img.Bounds().Size()
	if size.X <= width && size.Y <= height || width < 1 || height < 1 {
		return img
	}
	w, h := width, max(1, size.Y*width/size.X)
	if h > height {
		w, h = max(1, size.X*height/size.Y), height
	}
	from := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(from, from.Rect, img, img.Bounds().Min, draw.Src)
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			to.SetRGBA(x, y, mean(from, image.Rect(x*size.X/w, y*size.Y/h, max((x+1)*size.X/w, x*size.X/w+1),
				max((y+1)*size.Y/h, y*size.Y/h+1))))
		}
	}
	return to
}

func mean(img *image.RGBA, r image.Rectangle) color.RGBA {
	var sum [4]int
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := img.Pix[img.PixOffset(r.Min.X, y):img.PixOffset(r.Max.X, y)]
		for i, v := range row {
			sum[i%4] += int(v)
		}
	}
	n := r.Dx() * r.Dy()
	return color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), uint8(sum[3] / n)}
}
