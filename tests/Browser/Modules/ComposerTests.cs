using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MarketChat.Tests.Browser.Modules;

/// <summary>
/// The composer alone, in the markup of the real room. Chromium receives real composition events where its own input method handling
/// matters. The event orders of other systems, which are not available here, are dispatched as recorded there.
/// </summary>
public sealed class ComposerTests(KestrelHost host) : ModuleTest(host)
{
    private static string? _markup;

    [BrowserFact]
    public async Task Enter_sends_and_empties_the_field()
    {
        var page = await Open();

        await page.Keyboard.TypeAsync("안녕하세요");
        await page.Keyboard.PressAsync("Enter");

        (await Sent(page)).ShouldBe(["안녕하세요"]);
        await Expect(Field(page)).ToHaveValueAsync("");
        await Expect(Field(page)).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task Shift_and_enter_break_the_line()
    {
        var page = await Open();

        await page.Keyboard.TypeAsync("하나");
        await page.Keyboard.PressAsync("Shift+Enter");
        await page.Keyboard.TypeAsync("둘");
        (await Sent(page)).ShouldBeEmpty();
        await page.Keyboard.PressAsync("Enter");

        (await Sent(page)).ShouldBe(["하나\n둘"]);
    }

    [BrowserFact]
    public async Task The_send_button_sends_and_gives_the_focus_back()
    {
        var page = await Open();
        await page.Keyboard.TypeAsync("안녕하세요");

        await page.ClickAsync("[data-composer] button");

        (await Sent(page)).ShouldBe(["안녕하세요"]);
        await Expect(Field(page)).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task Whatever_else_goes_with_a_message_is_asked_before_its_text_goes_and_may_hold_it_back()
    {
        var page = await Open();
        await page.EvaluateAsync("""
            () => {
              window.holds = true;
              document.querySelector('[data-composer]').addEventListener('compose', event => {
                sent.push('photos');
                if (holds) event.preventDefault();
              });
            }
            """);
        await page.Keyboard.TypeAsync("안녕하세요");

        await page.Keyboard.PressAsync("Enter");
        await Expect(Field(page)).ToHaveValueAsync("안녕하세요");
        (await Sent(page)).ShouldBe(["photos"]);

        await page.EvaluateAsync("() => { holds = false; }");
        await page.Keyboard.PressAsync("Enter");
        (await Sent(page)).ShouldBe(["photos", "photos", "안녕하세요"]);
    }

    [BrowserFact]
    public async Task White_space_alone_is_not_sent_and_around_a_message_it_is_left_out()
    {
        var page = await Open();

        await Field(page).FillAsync("  \n ");
        await page.Keyboard.PressAsync("Enter");
        await page.ClickAsync("[data-composer] button");
        (await Sent(page)).ShouldBeEmpty();
        await Field(page).FillAsync("  네,\n  좋아요 \n\n");
        await page.Keyboard.PressAsync("Enter");

        (await Sent(page)).ShouldBe(["네,\n  좋아요"]);
    }

    [BrowserFact]
    public async Task An_enter_that_is_held_down_sends_once_and_breaks_no_line()
    {
        var page = await Open();
        await page.Keyboard.TypeAsync("안녕하세요");

        await page.Keyboard.DownAsync("Enter");
        await page.Keyboard.TypeAsync("네");
        await page.Keyboard.DownAsync("Enter"); // A second keydown without a keyup is a repeat.
        await page.Keyboard.DownAsync("Enter");
        await page.Keyboard.UpAsync("Enter");

        (await Sent(page)).ShouldBe(["안녕하세요"]);
        await Expect(Field(page)).ToHaveValueAsync("네");
    }

    [BrowserFact]
    public async Task On_a_touch_screen_enter_breaks_the_line_and_the_button_sends()
    {
        var page = await Open(await Device(Host, touch: true));

        await page.Keyboard.TypeAsync("하나");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("둘");
        (await Sent(page)).ShouldBeEmpty();
        await page.TapAsync("[data-composer] button");

        (await Sent(page)).ShouldBe(["하나\n둘"]);
    }

    [BrowserFact]
    public async Task A_hangul_syllable_is_sent_whole_and_once_when_the_input_method_reports_enter_twice()
    {
        var page = await Open();

        await Dispatch(page, """
            type('안녕하세', '요');
            key('keydown', { isComposing: true, keyCode: 229 });
            commit();
            key('keydown', { keyCode: 13 });
            key('keyup', { keyCode: 13 });
            """);

        await Until(page, "sent.length > 0");
        await WaitUntilIdle(page);
        (await Sent(page)).ShouldBe(["안녕하세요"]);
        await Expect(Field(page)).ToHaveValueAsync("");
    }

    [BrowserFact]
    public async Task A_hangul_syllable_is_sent_whole_and_once_when_the_second_enter_comes_a_moment_later()
    {
        var page = await Open();

        await Dispatch(page, "type('안녕하세', '요'); key('keydown', { isComposing: true, keyCode: 229 }); commit()");
        await Until(page, "sent.length > 0");
        await Dispatch(page, "text.value = '다음'; window.isKept = !key('keydown', { keyCode: 13 }); key('keyup', { keyCode: 13 })");

        await WaitUntilIdle(page);
        (await Sent(page)).ShouldBe(["안녕하세요"]);
        (await page.EvaluateAsync<bool>("() => isKept")).ShouldBeTrue(); // No line break is inserted either.
        await Dispatch(page, "key('keydown', { keyCode: 13 }); key('keyup', { keyCode: 13 })");
        (await Sent(page)).ShouldBe(["안녕하세요", "다음"]);
    }

    [BrowserFact]
    public async Task A_hangul_syllable_is_sent_whole_and_once_when_the_input_method_reports_enter_once()
    {
        var page = await Open();

        await Dispatch(page, """
            type('안녕하세', '요');
            key('keydown', { isComposing: true, keyCode: 229 });
            commit();
            key('keyup', { keyCode: 13 });
            """);

        await Until(page, "sent.length > 0");
        await WaitUntilIdle(page);
        (await Sent(page)).ShouldBe(["안녕하세요"]);
    }

    [BrowserFact]
    public async Task A_hangul_syllable_is_sent_whole_and_once_when_the_key_is_called_process()
    {
        var page = await Open();

        await Dispatch(page, """
            type('안녕하세', '요');
            key('keydown', { key: 'Process', isComposing: true, keyCode: 229 });
            commit();
            key('keydown', { keyCode: 13 });
            key('keyup', { keyCode: 13 });
            """);

        await Until(page, "sent.length > 0");
        await WaitUntilIdle(page);
        (await Sent(page)).ShouldBe(["안녕하세요"]);
    }

    [BrowserFact]
    public async Task A_hangul_syllable_is_sent_whole_and_once_when_the_composition_ends_before_the_key()
    {
        var page = await Open();

        await Dispatch(page, """
            type('안녕하세', '요');
            commit();
            key('keydown', { isComposing: false, keyCode: 229 });
            key('keyup', { keyCode: 13 });
            """); // The event order of Safari.

        await Until(page, "sent.length > 0");
        (await Sent(page)).ShouldBe(["안녕하세요"]);
        await Dispatch(page, "type('', '네'); commit()");
        await WaitUntilIdle(page);
        (await Sent(page)).ShouldBe(["안녕하세요"]); // The next syllable is not treated as the end of a message.
    }

    [BrowserFact]
    public async Task Two_hangul_messages_in_a_row_are_two_messages()
    {
        var page = await Open();

        for (var i = 1; i <= 2; i++)
        {
            await Dispatch(page, """
                type('안녕하세', '요');
                key('keydown', { isComposing: true, keyCode: 229 });
                commit();
                key('keydown', { keyCode: 13 });
                key('keyup', { keyCode: 13 });
                """);
            await Until(page, $"sent.length === {i}");
        }

        (await Sent(page)).ShouldBe(["안녕하세요", "안녕하세요"]);
    }

    [BrowserFact]
    public async Task Other_keys_of_a_hangul_composition_do_not_send()
    {
        var page = await Open();

        await Dispatch(page, """
            type('안녕하세', '요');
            key('keydown', { key: 'Process', code: 'KeyD', isComposing: true, keyCode: 229 });
            key('keydown', { key: 'Process', code: 'Space', isComposing: true, keyCode: 229 });
            commit();
            """);

        await WaitUntilIdle(page);
        (await Sent(page)).ShouldBeEmpty();
        await Expect(Field(page)).ToHaveValueAsync("안녕하세요");
    }

    [BrowserFact]
    public async Task Shift_and_enter_in_the_middle_of_a_hangul_syllable_do_not_send()
    {
        var page = await Open();

        await Dispatch(page, "type('안녕하세', '요'); key('keydown', { shiftKey: true, isComposing: true, keyCode: 229 }); commit()");

        await WaitUntilIdle(page);
        (await Sent(page)).ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task The_enter_that_confirms_a_japanese_conversion_does_not_send_and_the_next_one_does()
    {
        var page = await Open();

        await Dispatch(page, """
            type('', '日本語');
            key('keydown', { isComposing: true, keyCode: 229 });
            commit();
            key('keyup', { keyCode: 13 });
            """);
        await WaitUntilIdle(page);
        (await Sent(page)).ShouldBeEmpty();
        await Dispatch(page, "key('keydown', { keyCode: 13 })");

        (await Sent(page)).ShouldBe(["日本語"]);
    }

    [BrowserFact]
    public async Task The_enter_that_confirms_a_japanese_conversion_does_not_send_in_safari_either()
    {
        var page = await Open();

        await Dispatch(page,
            "type('', '日本語'); commit(); key('keydown', { isComposing: false, keyCode: 229 }); key('keyup', { keyCode: 13 })");

        await WaitUntilIdle(page);
        (await Sent(page)).ShouldBeEmpty();
        await Expect(Field(page)).ToHaveValueAsync("日本語");
    }

    [BrowserFact]
    public async Task Chromiums_own_hangul_composition_is_sent_whole_and_once()
    {
        var page = await Open();
        var devTools = await page.Context.NewCDPSessionAsync(page);

        await Compose(devTools, "안녕하세", "요");
        await Enter(devTools, composing: true);
        await devTools.SendAsync("Input.insertText", new() { ["text"] = "요" });
        await Enter(devTools, composing: false);

        await Until(page, "sent.length > 0");
        await WaitUntilIdle(page);
        (await Sent(page)).ShouldBe(["안녕하세요"]);
        await Expect(Field(page)).ToHaveValueAsync("");
    }

    [BrowserFact]
    public async Task Chromiums_own_japanese_conversion_is_only_confirmed()
    {
        var page = await Open();
        var devTools = await page.Context.NewCDPSessionAsync(page);

        await Compose(devTools, "", "日本語");
        await Enter(devTools, composing: true);
        await devTools.SendAsync("Input.insertText", new() { ["text"] = "日本語" });
        await WaitUntilIdle(page);
        (await Sent(page)).ShouldBeEmpty();
        await page.Keyboard.PressAsync("Enter");

        (await Sent(page)).ShouldBe(["日本語"]);
    }

    [BrowserFact]
    public async Task The_send_button_ends_a_composition_and_sends_all_of_it()
    {
        var page = await Open();
        var devTools = await page.Context.NewCDPSessionAsync(page);
        await Compose(devTools, "안녕하세", "요");
        await Expect(Field(page)).ToHaveValueAsync("안녕하세요");

        await page.ClickAsync("[data-composer] button");

        await Until(page, "sent.length > 0");
        await WaitUntilIdle(page);
        (await Sent(page)).ShouldBe(["안녕하세요"]);
        await Expect(Field(page)).ToHaveValueAsync("");
        await Expect(Field(page)).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task A_form_submitted_in_the_middle_of_a_composition_waits_for_its_end()
    {
        var page = await Open();
        var devTools = await page.Context.NewCDPSessionAsync(page);
        await Compose(devTools, "안녕하세", "요");

        await page.EvaluateAsync("() => text.form.requestSubmit()"); // The send key of a phone's keyboard submits the form without a click.

        await Until(page, "sent.length > 0");
        await WaitUntilIdle(page);
        (await Sent(page)).ShouldBe(["안녕하세요"]);
        await Expect(Field(page)).ToHaveValueAsync("");
    }

    [BrowserFact]
    public async Task A_draft_survives_a_reload_and_is_gone_when_it_is_sent()
    {
        var page = await Open();
        await page.Keyboard.TypeAsync("쓰다 만 말");

        await Reopen(page);
        await Expect(Field(page)).ToHaveValueAsync("쓰다 만 말");
        await page.Keyboard.PressAsync("Enter");
        (await Sent(page)).ShouldBe(["쓰다 만 말"]);

        await Reopen(page);
        await Expect(Field(page)).ToHaveValueAsync("");
        (await page.EvaluateAsync<int>("() => localStorage.length")).ShouldBe(0);
    }

    [BrowserFact]
    public async Task A_draft_that_is_deleted_does_not_come_back()
    {
        var page = await Open();
        await page.Keyboard.TypeAsync("말");
        await page.Keyboard.PressAsync("Backspace");

        await Reopen(page);

        await Expect(Field(page)).ToHaveValueAsync("");
    }

    [BrowserFact]
    public async Task Every_room_has_a_draft_of_its_own()
    {
        var page = await Open();
        await page.Keyboard.TypeAsync("이 방에서만");

        await Reopen(page, draftKey: "draft:7:2");
        await Expect(Field(page)).ToHaveValueAsync("");
        await Reopen(page);

        await Expect(Field(page)).ToHaveValueAsync("이 방에서만");
    }

    [BrowserFact]
    public async Task Each_tab_of_a_room_keeps_its_own_draft_whatever_the_other_sends_or_writes()
    {
        var first = await Open();
        await Field(first).FillAsync("첫 탭의 말");
        var second = await Open(await first.Context.NewPageAsync());
        await Expect(Field(second)).ToHaveValueAsync("첫 탭의 말"); // A tab that is opened later begins with the latest draft.
        await Field(second).FillAsync("둘째 탭의 말");
        await Reopen(first);
        await Expect(Field(first)).ToHaveValueAsync("첫 탭의 말");

        await first.Keyboard.PressAsync("Enter");

        (await Sent(first)).ShouldBe(["첫 탭의 말"]);
        await Reopen(second);
        await Expect(Field(second)).ToHaveValueAsync("둘째 탭의 말");
        await Reopen(first);
        await Expect(Field(first)).ToHaveValueAsync("");
        await Expect(Field(await Open(await first.Context.NewPageAsync()))).ToHaveValueAsync("둘째 탭의 말");
    }

    [BrowserFact]
    public async Task The_enter_key_on_the_screen_is_named_by_what_it_does()
    {
        await Expect(Field(await Open())).ToHaveJSPropertyAsync("enterKeyHint", "send");
        await Expect(Field(await Open(await Device(Host, touch: true)))).ToHaveJSPropertyAsync("enterKeyHint", "enter");
    }

    [BrowserFact]
    public async Task What_the_page_brings_along_is_newer_than_the_draft()
    {
        var page = await Open();
        await page.Keyboard.TypeAsync("옛 말");

        await Reopen(page, before: "document.querySelector('textarea').value = '보내지 못한 말'");

        await Expect(Field(page)).ToHaveValueAsync("보내지 못한 말");
    }

    [BrowserFact]
    public async Task Without_storage_the_composer_works_all_the_same()
    {
        var page = await Open();
        await Reopen(page,
            before: "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } })");

        await page.Keyboard.TypeAsync("안녕하세요");
        await page.Keyboard.PressAsync("Enter");

        (await Sent(page)).ShouldBe(["안녕하세요"]);
    }

    [BrowserFact]
    public async Task It_grows_with_its_text_up_to_a_limit_and_shrinks_when_that_is_sent()
    {
        foreach (var hasFieldSizing in new[] { true, false })
        {
            var page = await Open();
            if (!hasFieldSizing)
            {
                await Reopen(page, before: "CSS.supports = () => false; document.querySelector('textarea').style.fieldSizing = 'fixed'");
            }

            var low = await Height(page);

            await Field(page).FillAsync("하나\n둘\n셋");
            var higher = await Height(page);
            await Field(page).FillAsync(string.Concat(Enumerable.Repeat("줄\n", 200)));
            var highest = await Height(page);
            await page.Keyboard.PressAsync("Enter");

            higher.ShouldBeGreaterThan(low + 30);
            highest.ShouldBeGreaterThan(higher);
            highest.ShouldBeLessThan(780 * 0.41);
            (await Height(page)).ShouldBe(low, 1);
        }
    }

    [BrowserFact]
    public async Task A_paste_is_never_cut_and_the_limit_is_told_before_sending()
    {
        var page = await Open();
        await page.EvaluateAsync("async () => (await import('/js/character-counter.js')).startCharacterCounters()");
        var counter = page.Locator("[data-counter]");

        await page.Keyboard.InsertTextAsync(string.Concat(Enumerable.Repeat("👨‍👩‍👧", 1_999)));
        await Expect(counter).ToHaveTextAsync("1");
        await page.Keyboard.InsertTextAsync("가나");
        await Expect(counter).ToHaveTextAsync("1");
        await page.Keyboard.PressAsync("Enter");
        (await Sent(page)).ShouldBeEmpty();
        (await Field(page).InputValueAsync()).ShouldEndWith("가나");

        await page.Keyboard.PressAsync("Backspace");
        await Expect(counter).ToHaveTextAsync("0");
        await page.Keyboard.PressAsync("Enter");
        (await Sent(page)).ShouldHaveSingleItem().ShouldEndWith("가");
        await Expect(counter).ToHaveTextAsync("");
    }

    [BrowserFact]
    public async Task What_looks_like_nothing_is_not_sent()
    {
        var page = await Open();

        await page.Keyboard.InsertTextAsync("\u3164\u2800 \u200b");
        await page.Keyboard.PressAsync("Enter");

        (await Sent(page)).ShouldBeEmpty();
    }

    private async Task<IPage> Open(IPage? page = null)
    {
        _markup ??= await EmptyRoom("[data-composer]");
        page = await Blank(_markup, styles: true, page: page);
        await Begin(page);
        return page;
    }

    private static async Task Reopen(IPage page, string draftKey = "draft:7:1", string before = "")
    {
        await page.ReloadAsync();
        if (before != "") await page.EvaluateAsync($"() => {{ {before}; }}");
        await Begin(page, draftKey);
    }

    private static async Task Begin(IPage page, string draftKey = "draft:7:1") => await page.EvaluateAsync("""
        async draftKey => {
          const { Composer } = await import('/js/composer.js');
          window.sent = [];
          window.text = document.querySelector('textarea');
          new Composer(text.form, { draftKey, onSend: text => sent.push(text) });
          text.focus();

          const composition = (name, data) => text.dispatchEvent(new CompositionEvent(name, { bubbles: true, data }));
          window.type = (before, syllable) => {
            text.value = before + syllable;
            composition('compositionstart', '');
            composition('compositionupdate', syllable);
            const inputType = 'insertCompositionText';
            text.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true, inputType, data: syllable }));
            window.commit = () => composition('compositionend', syllable);
          };
          window.key = (name, more) => text.dispatchEvent(
            new KeyboardEvent(name, { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, ...more }));
        }
        """, draftKey);

    private static async Task Dispatch(IPage page, string events) => await page.EvaluateAsync($"() => {{ {events} }}");

    /// <summary>Types text and starts a composition, as an input method does: the last part stays uncommitted.</summary>
    private static async Task Compose(ICDPSession devTools, string before, string open)
    {
        if (before != "") await devTools.SendAsync("Input.insertText", new() { ["text"] = before });
        await devTools.SendAsync("Input.imeSetComposition",
            new() { ["text"] = open, ["selectionStart"] = open.Length, ["selectionEnd"] = open.Length });
    }

    private static async Task Enter(ICDPSession devTools, bool composing)
    {
        var code = composing ? 229 : 13;
        await devTools.SendAsync("Input.dispatchKeyEvent",
            new() { ["type"] = "rawKeyDown", ["key"] = "Enter", ["code"] = "Enter", ["windowsVirtualKeyCode"] = code });
        if (composing) return;
        await devTools.SendAsync("Input.dispatchKeyEvent", new() { ["type"] = "char", ["key"] = "Enter", ["text"] = "\r" });
        await devTools.SendAsync("Input.dispatchKeyEvent",
            new() { ["type"] = "keyUp", ["key"] = "Enter", ["code"] = "Enter", ["windowsVirtualKeyCode"] = code });
    }

    /// <summary>Waits until all deferred event handlers have run.</summary>
    private static async Task WaitUntilIdle(IPage page) =>
        await page.EvaluateAsync("() => new Promise(done => setTimeout(() => setTimeout(done)))");

    private static ILocator Field(IPage page) => page.Locator("textarea");

    private static async Task<IReadOnlyList<string>> Sent(IPage page) => await page.EvaluateAsync<string[]>("() => sent");

    private static async Task<double> Height(IPage page) => await page.EvaluateAsync<double>("() => text.getBoundingClientRect().height");
}
