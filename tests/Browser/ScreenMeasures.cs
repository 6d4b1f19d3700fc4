using Microsoft.Playwright;
using NetVips;

namespace MarketChat.Tests.Browser;

/// <summary>What screenshots show: edges and text by the contrast of their pixels (WCAG: 3:1 for edges, 4.5:1 for text).</summary>
public static class ScreenMeasures
{
    private const double MinEdgeContrast = 3;
    private const double MinTextContrast = 3; // The strokes of small text are thinner than a pixel, so they are paler than their colour.
    private const int Reach = 3;
    private const int Stretch = 12; // Longer than the dashes of a dashed edge and their gaps.

    /// <summary>A rectangle in CSS pixels, which are the screenshot's pixels, and the name of what is in it.</summary>
    public sealed record Box
    {
        public string Name { get; init; } = "";
        public double X { get; init; }
        public double Y { get; init; }
        public double Width { get; init; }
        public double Height { get; init; }
    }

    public static async Task<Image> Picture(this IPage page)
    {
        var screenshot = await page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
        return Image.NewFromBuffer(screenshot).ExtractBand(0, n: 3);
    }

    /// <summary>
    /// Marks the elements in view that stand out from what is behind them by their fill or shadow, such as buttons and bubbles. Call it
    /// with ordinary colours, then <see cref="FilledBoxes"/> with others.
    /// </summary>
    public static async Task MarkFilled(this IPage page) => await page.EvaluateAsync("""
        () => {
          const fillOf = element => getComputedStyle(element).backgroundColor;
          const isOpaque = fill => !/^rgba\(.*, 0(\.[0-4]\d*)?\)$|\/ 0(\.[0-4]\d*)?\)$/.test(fill);
          const behind = element => {
            for (let parent = element.parentElement; parent; parent = parent.parentElement) {
              if (isOpaque(fillOf(parent))) return fillOf(parent);
            }
            return 'rgb(255, 255, 255)';
          };
          for (const element of document.body.querySelectorAll('*')) {
            const { display, boxShadow } = getComputedStyle(element);
            if (display === 'inline' || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
            const fill = fillOf(element);
            if ((isOpaque(fill) && fill !== behind(element)) || boxShadow !== 'none') element.dataset.filled = '';
          }
        }
        """);

    public static Task<Box[]> FilledBoxes(this IPage page) => page.Boxes("""
        () => Array.from(document.querySelectorAll('[data-filled]'), element =>
          [element.getAttribute('class') || element.tagName, element.getBoundingClientRect()])
        """);

    /// <summary>The first lines of all texts in view.</summary>
    public static Task<Box[]> TextBoxes(this IPage page) => page.Boxes("""
        () => {
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const found = [];
          while (texts.nextNode()) {
            const { currentNode: text } = texts;
            const element = text.parentElement;
            if (!text.data.trim() || element.closest('.visually-hidden, .skip, :disabled, template, script, noscript')) continue;
            if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
            const range = document.createRange();
            range.selectNodeContents(text);
            const line = range.getClientRects()[0];
            if (!line) continue;
            const { x, y, height } = line;
            const width = Math.min(line.right, element.getBoundingClientRect().right, innerWidth) - x; // The rest is cut off.
            const top = document.elementFromPoint(x + width / 2, y + height / 2);
            if (!top?.contains(element) && !element.contains(top)) continue;
            found.push([text.data.trim().slice(0, 30), { x, y, width, height }]);
          }
          return found;
        }
        """);

    /// <summary>Whether the left and right sides, or the top and bottom sides, of a box differ from what is around them.</summary>
    public static bool HasEdge(this Image picture, Box box)
    {
        var (x, y) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        return (IsEdge(box.X, y, across: true) && IsEdge(box.X + box.Width, y, across: true))
            || (IsEdge(x, box.Y, across: false) && IsEdge(x, box.Y + box.Height, across: false));

        bool IsEdge(double atX, double atY, bool across) =>
            (across ? picture.Contrast(atX - Reach, atY - (Stretch / 2), 2 * Reach, Stretch)
                : picture.Contrast(atX - (Stretch / 2), atY - Reach, Stretch, 2 * Reach)) >= MinEdgeContrast;
    }

    public static bool HasLegibleText(this Image picture, Box box) =>
        picture.Contrast(box.X, box.Y, box.Width, box.Height) >= MinTextContrast;

    /// <summary>The colour of a pixel as "#rrggbb".</summary>
    public static string ColorAt(this Image picture, double x, double y) =>
        $"#{string.Concat(picture.Getpoint((int)x, (int)y).Select(value => ((int)value).ToString("x2")))}";

    /// <summary>The contrast between the lightest and the darkest pixel of an area.</summary>
    private static double Contrast(this Image picture, double x, double y, double width, double height)
    {
        var left = Math.Clamp((int)Math.Round(x), 0, picture.Width - 1);
        var top = Math.Clamp((int)Math.Round(y), 0, picture.Height - 1);
        var right = Math.Clamp((int)Math.Round(x + width), left + 1, picture.Width);
        var bottom = Math.Clamp((int)Math.Round(y + height), top + 1, picture.Height);
        // The Y of CIE XYZ is the relative luminance of WCAG, times 100.
        using var luminance = picture.Crop(left, top, right - left, bottom - top).Colourspace(Enums.Interpretation.Xyz)[1];
        return ((luminance.Max() / 100) + 0.05) / ((luminance.Min() / 100) + 0.05);
    }

    /// <summary>The boxes whose middle is in view.</summary>
    private static Task<Box[]> Boxes(this IPage page, string find) => page.EvaluateAsync<Box[]>($$"""
        () => {
          const isWithin = (middle, size) => middle > 0 && middle < size;
          return ({{find}})().map(([name, { x, y, width, height }]) => ({ name: String(name), x, y, width, height }))
            .filter(({ width, height }) => width >= 4 && height >= 4)
            .filter(({ x, y, width, height }) => isWithin(x + width / 2, innerWidth) && isWithin(y + height / 2, innerHeight));
        }
        """);
}
