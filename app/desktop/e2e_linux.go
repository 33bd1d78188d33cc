//go:build e2e && desktop && production && linux

package desktop

// For tests alone, with the tag e2e: WebKitWebDriver may drive the window. It
// takes only views that were made to be driven, and Wails makes its own by
// webkit_web_view_new_with_user_content_manager. A program's own function of
// that name goes before the library's.

/*
#cgo pkg-config: webkit2gtk-4.1
#include <webkit2/webkit2.h>

static WebKitWebView *driven;

static WebKitWebView *give(WebKitAutomationSession *session, gpointer data) { return driven; }

static void started(WebKitWebContext *context, WebKitAutomationSession *session, gpointer data) {
	WebKitApplicationInfo *info = webkit_application_info_new();
	webkit_application_info_set_name(info, "Shoptwin");
	webkit_application_info_set_version(info, 0, 1, 0);
	webkit_automation_session_set_application_info(session, info);
	webkit_application_info_unref(info);
	g_signal_connect(session, "create-web-view", G_CALLBACK(give), NULL);
}

GtkWidget *webkit_web_view_new_with_user_content_manager(WebKitUserContentManager *manager) {
	WebKitWebContext *context = webkit_web_context_get_default();
	webkit_web_context_set_automation_allowed(context, TRUE);
	g_signal_connect(context, "automation-started", G_CALLBACK(started), NULL);
	driven = WEBKIT_WEB_VIEW(g_object_new(WEBKIT_TYPE_WEB_VIEW, "web-context", context, "user-content-manager", manager, "is-controlled-by-automation", TRUE, NULL));
	return GTK_WIDGET(driven);
}
*/
import "C"
