using MarketChat.Infrastructure.Assets;

namespace MarketChat.Tests.Infrastructure.Assets;

public sealed class ModuleBundlerTests
{
    [Fact]
    public void A_module_stands_behind_what_it_imports_in_a_scope_of_its_own()
    {
        var joined = ModuleBundler.Concatenate(new Dictionary<string, string>
        {
            ["/js/a.js"] =
                "// What it does.\nimport { two, Three } from './b.js';\n\nconst name = 'a';\nexport const one = () => two() + name;\n",
            ["/js/b.js"] =
                "/** Two.\n * @type {number} */\nexport async function two() {}\nexport class Three {}\n/** @type {string} */ (x).y = 1;\n"
                + "const name = 'b'; // http://b\n/** The end. */\n",
            ["/js/c.js"] = "import { one } from './a.js';\none();\n",
            ["/Features/Area/Slice/d.js"] = "import { one } from '/js/a.js';\nimport { five } from './e.js';\none(five);\n",
            ["/Features/Area/Slice/e.js"] = "export const five = 5;\n",
        });

        joined.ReplaceLineEndings("\n").ShouldBe("""
            const { two, Three } = (() => {
            async function two() {}
            class Three {}
            /** @type {string} */ (x).y = 1;
            const name = 'b'; // http://b
            return { two, Three };
            })();
            const { one } = (() => {
            const name = 'a';
            const one = () => two() + name;
            return { one };
            })();
            const { five } = (() => {
            const five = 5;
            return { five };
            })();
            (() => {
            one(five);
            })();
            (() => {
            one();
            })();
            export { two, Three, one, five };

            """.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("import * as all from './b.js';\n")]
    [InlineData("import './b.js';\n")]
    [InlineData("import { b } from '../b.js';\n")]
    [InlineData("export default 1;\n")]
    public void What_it_does_not_understand_it_refuses(string text) =>
        Should.Throw<InvalidOperationException>(
            () => ModuleBundler.Concatenate(new Dictionary<string, string> { ["/js/a.js"] = text, ["/js/b.js"] = "" }));
}
